import type { ZulipAwaitOptions, ZulipWanted } from '../types.js';
import type { ZulipMessage } from '../types-people.js';
import type { World } from '../world.js';

const fits = (message: ZulipMessage, wanted: ZulipWanted): boolean => {
  if (typeof wanted === 'string') return message.text.includes(wanted);
  // A pattern with a memory (`g`, `y`) would find every second one only.
  return wanted instanceof RegExp ? message.text.search(wanted) >= 0 : wanted(message);
};

const list = (messages: readonly ZulipMessage[]): string =>
  messages.length === 0
    ? 'Nothing is there.'
    : `There are ${messages.length}:\n${messages.map(({ text }) => `- ${text.slice(0, 300)}`).join('\n')}`;

/** Waits for a message; what is looked for, and what is there instead, is said in the error. */
export async function awaiting(
  { bell, settings }: World,
  { who, read }: { readonly who: string; readonly read: () => readonly ZulipMessage[] },
  wanted: ZulipWanted,
  { after, timeoutMs = settings.times.patienceMs }: ZulipAwaitOptions = {},
): Promise<ZulipMessage> {
  let found: ZulipMessage | undefined;
  const look = () => {
    found = read().find((message) => (after === undefined || message.id > after.id) && fits(message, wanted));
    return found !== undefined;
  };
  await bell.wait(look, AbortSignal.timeout(timeoutMs));
  if (found) return found;
  const what = typeof wanted === 'function' ? 'a message that fits' : `a message like ${wanted}`;
  throw new Error(`${who}: ${what} did not come within ${timeoutMs} ms. ${list(read())}`);
}
