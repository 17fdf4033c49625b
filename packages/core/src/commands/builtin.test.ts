import { createMemoryBlacklist } from '@securitybot/testing';
import { describe, expect, test } from 'vitest';
import type { BlacklistEntry } from '../contracts/blacklist.js';
import { messageBook } from '../messages/book.js';
import { defaultMessages } from '../messages/defaults.js';
import { builtinFunctions } from './builtin.js';
import { defaultCommands } from './defaults.js';
import { parseCommand } from './parse.js';
import { commandRegistry } from './registry.js';

const NOW = Date.UTC(2026, 10, 24, 18);
const MINUTE = 60_000;

/** What core's commands make of a text that Ann types, with those entries about her. */
async function typed(text: string, ...entries: readonly BlacklistEntry[]) {
  const blacklist = createMemoryBlacklist();
  for (const entry of entries) await blacklist.put(entry);
  const messages = messageBook(defaultMessages);
  const hash = async (hashed: string) => `hash of ${hashed}`;
  const commands = commandRegistry(
    defaultCommands,
    builtinFunctions({ commands: defaultCommands, blacklist, messages, hash }),
  );
  const { name, args, rest } = parseCommand(text) ?? { name: '', args: [], rest: '' };
  const found = commands.find(name);
  return found?.handler({
    user: { id: 'U1', username: 'ann', name: 'Ann' },
    command: found.command,
    args,
    rest,
    eventId: 'E1',
    login: async () => 'ann',
    now: async () => new Date(NOW),
  });
}

describe('what people type becomes an event of their conversation', () => {
  test.each([
    ['yep, 2 it was me', { type: 'answer', said: 'yes', rest: '2 it was me' }],
    ['Nope', { type: 'answer', said: 'no', rest: '' }],
    ['dunno, cron?', { type: 'answer', said: 'unsure', rest: 'cron?' }],
    ['ignore current 1h30m', { type: 'ignore', which: 'current', durationMs: 90 * MINUTE }],
    ['ignore last 45m', { type: 'ignore', which: 'last', durationMs: 45 * MINUTE }],
    ['status', { type: 'status' }],
    ['hello', { type: 'reply', parts: [{ command: 'hi', outcome: 'success', values: { name: 'Ann' } }] }],
  ])('%s', async (text, action) => {
    expect(await typed(text)).toEqual(action);
  });

  test.each(['ignore', 'ignore current', 'ignore 1h', 'ignore next 1h', 'ignore last soon', 'ignore last 1h 30m'])(
    '%s: how to type it is shown, and nothing is muted',
    async (text) => {
      expect(await typed(text)).toEqual({
        type: 'reply',
        parts: [
          { message: 'usage', values: { usage: 'ignore current 1h30m' } },
          { message: 'usage', values: { usage: 'ignore last 1h30m' } },
        ],
      });
    },
  );
});

describe('stop and start know whether the sender has opted out', () => {
  test.each([
    ['no entry', [], false],
    ['an opt-out', [{ username: 'ann', reason: '' }], true],
    ['a mute, be it of alerts without a title', [{ username: 'ann', title: '', reason: '', until: NOW + 1 }], false],
  ])('%s', async (_name, entries, standing) => {
    expect(await typed('stop', ...entries)).toEqual({ type: 'opt-out', username: 'ann', standing, command: 'stop' });
    expect(await typed('start', ...entries)).toEqual({ type: 'opt-in', username: 'ann', standing, command: 'start' });
  });
});

describe('test raises an alert about the sender, of now', () => {
  const alert = {
    id: 'hash of test alert of event E1',
    username: 'ann',
    title: 'Test alert',
    description: 'You asked me for a test.',
    reason: 'Somebody typed test in your chat with me.',
    url: '',
    eventTime: NOW,
  };

  test.each([
    ['nothing stands against it', [], 'success'],
    ['opted out: it is raised, for the security team', [{ username: 'ann', reason: '' }], 'success'],
    ['muted: so says the reply', [{ username: 'ann', title: 'test alert', reason: '', until: NOW + 1 }], 'failure'],
  ])('%s', async (_name, entries, outcome) => {
    expect(await typed('test', ...entries)).toEqual({ type: 'raise', alert, reply: [{ command: 'test', outcome }] });
  });
});
