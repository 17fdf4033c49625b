import type { Running } from './process.js';

/** Where a bot that has just been started serves its health. */
export async function urlOf(bot: Running): Promise<string> {
  await bot.logs('health and metrics are served');
  const [, url = ''] = /"url":"(http:[^"]+)"/.exec(bot.stderr()) ?? [];
  return url;
}

/** The status and the text of a page. */
export async function get(url: string): Promise<[number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}
