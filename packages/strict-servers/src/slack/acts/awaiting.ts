import type { SlackAwaitOptions, SlackWanted } from '../types.js';
import type { SlackMessage } from '../types-people.js';
import type { World } from '../world.js';

const fits = (message: SlackMessage, wanted: SlackWanted): boolean => {
  if (typeof wanted === 'string') return message.text.includes(wanted);
  return wanted instanceof RegExp ? wanted.test(message.text) : wanted(message);
};

const describe = (wanted: SlackWanted): string =>
  typeof wanted === 'function'
    ? 'a message that fits'
    : `a message like ${typeof wanted === 'string' ? `"${wanted}"` : wanted}`;

const list = (messages: readonly SlackMessage[]): string =>
  messages.length === 0
    ? 'Nothing is there.'
    : `There are ${messages.length}:\n${messages.map(({ text }) => `- ${text.slice(0, 300)}`).join('\n')}`;

/** Waits for a message; what is looked for, and what is there instead, is said in the error. */
export function awaiting(
  world: World,
  where: { readonly who: string; readonly topic: string; readonly read: () => readonly SlackMessage[] },
  wanted: SlackWanted,
  { after, timeoutMs = world.settings.times.patienceMs }: SlackAwaitOptions = {},
): Promise<SlackMessage> {
  // A pattern with a memory (`g`, `y`) would find every second one only.
  const pattern = wanted instanceof RegExp ? new RegExp(wanted.source, wanted.flags.replaceAll(/[gy]/gu, '')) : wanted;
  const find = () =>
    where
      .read()
      .find((message) => (after === undefined || Number(message.id) > Number(after.id)) && fits(message, pattern));
  const failed = () => `${where.who}: ${describe(wanted)} did not come within ${timeoutMs} ms. ${list(where.read())}`;
  return world.journal.waitFor(find, failed, timeoutMs, where.topic);
}
