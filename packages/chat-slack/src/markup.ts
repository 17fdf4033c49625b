const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const UNESCAPES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** For a field in which Slack looks for `<…>`: exactly these three. https://docs.slack.dev/messaging/formatting-message-text */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}

/** What a person typed, in a field that comes escaped but without `<…>`. */
export function unescapeText(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => UNESCAPES[entity] ?? entity);
}

/** A link as it was typed. Where words were made into a link, both are told. */
function typedLink(url: string, label: string | undefined): string {
  if (label === undefined) return url.replace(/^(mailto|tel):/, '');
  const bare = (text: string) => text.replace(/^(https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '');
  return bare(label).toLowerCase() === bare(url).toLowerCase() ? label : `${label} (${url})`;
}

/** What stands between `<` and `>`: a link, or somebody or something called by its id. */
function typed(inside: string): string {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : inside.slice(bar + 1);
  switch (target[0]) {
    case '@':
      return `@${(label ?? target.slice(1)).replace(/^@/, '')}`;
    case '#':
      return `#${(label ?? target.slice(1)).replace(/^#/, '')}`;
    case '!':
      // <!here>, <!subteam^S1|@team>, <!date^1700000000^{date}|fallback>
      if (target.startsWith('!date^')) return label ?? '';
      return `@${(label ?? target.slice(1).replace(/^subteam\^/, '')).replace(/^@/, '')}`;
    default:
      return typedLink(target, label);
  }
}

/** A message's text as its author typed it: escapes undone, links and mentions as text. In linear time. */
export function typedText(text: string): string {
  return unescapeText(text.replace(/<([^<>]*)>/g, (_, inside: string) => typed(inside)));
}
