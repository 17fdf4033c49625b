import {
  createClock,
  createMemoryAuth,
  createMemoryBlacklist,
  createMemoryChat,
  createMemoryTasker,
} from '@securitybot/testing';
import type { Alert } from '../contracts/alert.js';
import type { Chat, InboundEvent } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import { defaultPolicy, type Policy } from '../policy/policy.js';
import type { Observation } from './observe.js';
import type { Plugins, SecuritybotOptions } from './options.js';
import { createSecuritybot } from './securitybot.js';

/** A Tuesday, 10:00 in Los Angeles. */
const TUESDAY = Date.UTC(2026, 10, 24, 18);
const SECURITY = '#security';

/** A promise, and what settles it. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A store, as a process reaches it: its calls are counted, and it is away when the test says so. */
export function reached(store: Tasker) {
  const line = { isDown: false, calls: [] as string[] };
  const over =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      line.calls.push(name);
      if (line.isDown) throw new PluginError('UNAVAILABLE', 'the store is away');
      return call(...args);
    };
  const tasker: Tasker = {
    name: store.name,
    add: over('add', store.add),
    unassigned: over('unassigned', store.unassigned),
    claim: over('claim', store.claim),
    load: over('load', store.load),
    save: over('save', store.save),
  };
  return { tasker, line };
}

/** A bot on memory plugins, with ann and bob, and a clock that the test moves. */
export function world(options: Partial<Omit<SecuritybotOptions, 'policy'>> & { policy?: Partial<Policy> } = {}) {
  const clock = createClock(TUESDAY);
  const chat = createMemoryChat({ people: ['ann', 'bob'], clock });
  const auth = createMemoryAuth({ clock, enrolled: ['ann', 'bob'] });
  const { tasker, line } = reached(createMemoryTasker({ clock }));
  const blacklist = createMemoryBlacklist();
  const seen: Observation[] = [];
  const policy = { ...defaultPolicy, ...options.policy };
  const bot = (plugins: Partial<Plugins> = {}, more: Partial<SecuritybotOptions> = {}) =>
    createSecuritybot(
      { chat, auth, tasker, blacklist, ...plugins },
      {
        reportingChannel: SECURITY,
        clock,
        observe: (observation) => seen.push(observation),
        ...options,
        policy,
        ...more,
      },
    );
  let count = 0;
  return {
    clock,
    chat,
    auth,
    tasker,
    line,
    blacklist,
    bot,
    seen,
    failures: () => seen.flatMap((observation) => (observation.type === 'failure' ? [observation.doing] : [])),
    verdicts: () => seen.flatMap((observation) => (observation.type === 'verdict' ? [observation.verdict] : [])),
    texts: (user: string) => chat.inbox(user).map(({ text }) => text),
    reports: () => chat.room(SECURITY).map(({ text }) => text),
    async raise(change: Partial<Alert> = {}): Promise<string> {
      count += 1;
      const alert = {
        id: count.toString(16).padStart(64, '0'),
        username: 'ann',
        title: 'sudo',
        description: 'sudo on web-1',
        reason: 'root shell',
        url: 'https://siem.example/1',
        eventTime: clock.now(),
        ...change,
      };
      await tasker.add(alert);
      return alert.id;
    },
  };
}

/** An alert about ann, her yes, and her permission for the push. */
export async function permit(setup: ReturnType<typeof world>, bot: { idle(): Promise<void> }): Promise<void> {
  await setup.raise();
  await bot.idle();
  await setup.chat.say('ann', 'yes');
  await bot.idle();
  await setup.chat.say('ann', 'yes');
}

/** Another process of the bot on the same store, at work: what is done in the chat reaches it only by `press` and `say`. */
export async function another(setup: ReturnType<typeof world>, plugins: Partial<Plugins> = {}) {
  const { kill: _, ...rest } = setup.chat;
  let receive: Parameters<Chat['start']>[0] = async () => undefined;
  const bot = setup.bot({
    ...plugins,
    chat: {
      ...rest,
      start: async (to) => {
        receive = to;
      },
    },
  });
  await bot.start();
  const ann = (await setup.chat.findUser({ username: 'ann' })) as { user: { id: string } };
  let count = 0;
  const tell = (what: { type: 'text'; text: string } | { type: 'choice'; value: string }) => {
    count += 1;
    return receive({ id: `another ${count}`, user: ann.user.id, ...what } satisfies InboundEvent);
  };
  return {
    bot,
    /** What ann types. */
    say: (text: string) => tell({ type: 'text', text }),
    /** The value of a button that ann presses. */
    press: (value: string) => tell({ type: 'choice', value }),
  };
}
