// The bot that is killed: node bot-to-kill.js DATABASE-URL 'at once'|'by claim'. Its store is real; its chat and its second factor are in the
// process that started it, and so outlive it.
import process from 'node:process';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import {
  type Auth,
  type Chat,
  createSecuritybot,
  defaultPolicy,
  type InboundEvent,
  type Tasker,
} from '@securitybot/core';
import { openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createPoints } from './points.js';
import type { FromBot, ToBot } from './protocol.js';

/** A dead bot's conversations are free again after this, in ms. */
const LEASE_MS = 500;
const POLL_MS = 40;

const points = createPoints();
const waiting = new Map<number, (value: unknown) => void>();
let count = 0;
let receive: ((event: InboundEvent) => Promise<void>) | undefined;

/** Resolves when the message is on its way, whatever happens to this process. */
function tell(message: FromBot): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function ask<T>(method: string, ...args: readonly unknown[]): Promise<T> {
  return new Promise((resolve) => {
    count += 1;
    waiting.set(count, resolve as (value: unknown) => void);
    tell({ type: 'call', number: count, method, args });
  });
}

const chat: Chat = points.around(
  'chat',
  {
    name: 'outside',
    supports: { choices: true },
    start: async (next) => {
      receive = next;
    },
    stop: async () => {},
    findUser: (by) => ask('findUser', by),
    send: (to, message) => ask('send', to, message),
    edit: (ref, message) => ask('edit', ref, message),
  },
  ['send', 'edit'],
);
const auth: Auth = points.around(
  'auth',
  {
    name: 'outside',
    readiness: () => ask('readiness'),
    challenge: (request) => ask('challenge', request),
    check: (token) => ask('check', token),
  },
  ['readiness', 'challenge', 'check'],
);

const database = await openDatabase(process.argv[2] ?? '');
/** A store that may not begin a lease with a save: everything is handed out by `claim`. */
const byClaim = (inner: Tasker): Tasker => ({
  ...inner,
  save: async (next, lease) => (lease?.begins ? false : inner.save(next, lease)),
});
const store = createSqlTasker(database);
const tasker = points.around('tasker', process.argv[3] === 'by claim' ? byClaim(store) : store, [
  'add',
  'unassigned',
  'claim',
  'save',
]);
const blacklist = points.around('blacklist', createSqlBlacklist(database), ['put', 'remove']);
const bot = createSecuritybot(
  { chat, auth, tasker, blacklist },
  {
    reportingChannel: '#security',
    pollMs: POLL_MS,
    leaseMs: LEASE_MS,
    policy: {
      ...defaultPolicy,
      recheckMs: 300,
      crowdPerMinute: 1_000_000, // many people in a minute are what this is about
      pushesPerTask: 5,
    },
    observe: (observation) => {
      if (observation.type === 'failure') process.stderr.write(`${observation.doing}: ${String(observation.error)}\n`);
    },
  },
);

/** Hands on what somebody did in the chat, and acknowledges it only then. */
async function take(event: InboundEvent): Promise<void> {
  try {
    await receive?.(event);
  } catch {
    return tell({ type: 'refused', event: event.id });
  }
  points.pass('before acknowledging');
  await tell({ type: 'acknowledged', event: event.id });
  points.pass('after acknowledging');
}

process.on('message', async (message: ToBot) => {
  switch (message.type) {
    case 'run':
      await bot.start();
      return tell({ type: 'running' });
    case 'arm':
      return points.arm(message.at);
    case 'reply':
      waiting.get(message.number)?.(message.value);
      return waiting.delete(message.number);
    case 'event':
      return take(message.event);
    case 'settle':
      await bot.idle();
      return tell({ type: 'settled', passed: points.passed() });
    case 'stop':
      await bot.stop();
      await database.close();
      return process.disconnect();
    default:
      return message satisfies never;
  }
});
process.on('disconnect', () => process.exit());
tell({ type: 'loaded' });
