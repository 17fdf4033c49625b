/** What the bot token must be allowed to do, and what for. `manifest.yaml` asks for the same. https://docs.slack.dev/reference/scopes */
export const SCOPES: ReadonlyMap<string, string> = new Map([
  ['chat:write', 'to write messages'],
  ['im:write', 'to open direct messages'],
  ['im:history', 'to read what people type to the bot'],
  ['users:read', 'to look people up'],
  ['users:read.email', 'to look people up by e-mail'],
  ['channels:read', 'to see whether the bot is in the reporting channel'],
  ['groups:read', 'to see whether the bot is in the reporting channel, if that is private'],
]);
