import { createHash } from 'node:crypto';
import { createDuoAuth } from '@securitybot/auth-duo';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import { createSecuritybot, defaultPolicy, type Observation, type Policy } from '@securitybot/core';
import { createDuoServer, createSlackServer } from '@securitybot/strict-servers';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createClock, STORY_START } from '@securitybot/testing';
import { onTestFinished } from 'vitest';
import { type Open, people } from './behind.js';

/** Turns of the event loop in which nothing is called, after which nothing more happens until time goes on. */
const STILL_TURNS = 6;

/** How often a story looks whether it is so, in ms of simulated time. */
const LOOK_MS = 5000;

/** Three times what Slack promises, so that less of the test is waiting: 150 look-ups, and as many edits, a minute; and its unpublished cap. */
const LIMITS = { tiers: [1, 20, 150, 300], workspacePerMinute: 200 } as const;

/**
 * A company of so many, in whose Slack, Duo and bot one simulated clock goes: limits of minutes are waited for as the app
 * waits for them, in no time.
 */
export async function crowd(open: Open, size: number, change: Partial<Policy> = {}) {
  const activity = { calls: 0, underWay: 0 };
  const clock = createClock(STORY_START, { settle });

  /** Whatever has been set off has come as far as it gets at this time. */
  async function settle(): Promise<void> {
    for (let still = 0, seen = -1; still < STILL_TURNS; still += 1) {
      if (activity.underWay > 0 || activity.calls !== seen) still = 0;
      seen = activity.calls;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** The same, with its calls counted. They do real I/O, and none waits for time. */
  function counted<Plugin extends object>(plugin: Plugin): Plugin {
    return new Proxy(plugin, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          activity.calls += 1;
          activity.underWay += 1;
          try {
            return await Reflect.apply(member, target, args);
          } finally {
            activity.underWay -= 1;
          }
        };
      },
    });
  }

  const slack = await createSlackServer({
    now: clock.now,
    schedule: clock.setTimeout,
    limits: LIMITS,
  });
  const duo = await createDuoServer({ schedule: clock.setTimeout });
  const database = await open({ now: clock.now });
  const room = slack.addChannel('security');
  slack.addPeople(size);
  const logins = Array.from({ length: size }, (_, index) => `person${index + 1}`);
  for (const login of logins) duo.addUser(login);

  const log: string[] = [];
  const seen: Observation[] = [];
  const write = (level: string, line: string) => log.push(`${level}: ${line}`);
  const { web, sockets } = createSlackClients({
    botToken: slack.botToken,
    appToken: slack.appToken,
    apiUrl: slack.url,
    log: write,
  });
  const tasker = createSqlTasker(database);
  const bot = createSecuritybot(
    {
      chat: createSlackChat({ web: counted(web), sockets, clock, log: write, reportingChannel: '#security' }),
      auth: counted(createDuoAuth({ ...duo, longPollMs: 20 })),
      tasker: counted(tasker),
      blacklist: counted(createSqlBlacklist(database)),
    },
    {
      reportingChannel: '#security',
      people,
      policy: { ...defaultPolicy, hours: { ...defaultPolicy.hours, zone: 'UTC' }, ...change },
      clock,
      observe: (observation) => seen.push(observation),
    },
  );
  onTestFinished(async () => {
    const stopped = bot.stop();
    await clock.advance(1000);
    await stopped;
    await Promise.all([slack.close(), duo.close()]);
  });
  await bot.start();

  return {
    slack,
    duo,
    room,
    logins,
    log,
    /** How many alerts have ended so. */
    endings(): Record<string, number> {
      const verdicts = seen.flatMap((one) => (one.type === 'verdict' ? [one.verdict] : []));
      const ends = Map.groupBy(verdicts, (verdict) => (verdict.kind === 'escalated' ? verdict.cause : verdict.kind));
      return Object.fromEntries([...ends].map(([end, all]) => [end, all.length]));
    },
    /** One alert about each of them. */
    async alertAll(): Promise<void> {
      for (const username of logins) {
        const id = createHash('sha256').update(username).digest('hex');
        const what = { title: 'sudo', description: 'sudo on web-1', reason: '', url: '' };
        await tasker.add({ id, username, ...what, eventTime: clock.now() });
      }
    },
    /** Lets time go on until it is so. @returns how long that took, in minutes. Throws after an hour. */
    async until(what: string, holds: () => boolean): Promise<number> {
      const began = clock.now();
      for (;;) {
        const minutes = (clock.now() - began) / 60_000;
        if (holds()) return minutes;
        if (minutes > 60) throw new Error(`${what}: not within an hour.\n${log.join('\n')}`);
        await clock.advance(LOOK_MS);
      }
    },
  };
}
