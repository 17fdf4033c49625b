import type { Conversation } from '@securitybot/core';
import type { SlackMessage } from '@securitybot/strict-servers';
import { expect, onTestFinished } from 'vitest';
import { createLine, type Line } from '../../../packages/sql/src/fixtures/line.js';
import { type Company, createCompany } from '../company/company.js';
import { get, urlOf } from '../probes.js';
import { type Running, run, start, tellIfFailed } from '../process.js';
import { alertsOf, lookInto } from '../rows.js';
import type { Pair, PairEngine } from './pair.js';

const PATIENCE = { timeout: 30_000 };
const PEOPLE = ['ann', 'bob', 'carol', 'dave'];

const READY = [200, 'ok\n'];
const NOT_READY = [503, 'the database does not answer, or takes no writes\n'];

/** What a person sees whose press was not acknowledged. */
export const TROUBLE = /We had some trouble connecting/;

/** A replica of the bot. */
interface Replica extends Running {
  readonly probes: string;
}

/** A company whose database is a pair of servers, behind one address, and two replicas of its bot. */
export interface Stage extends Company {
  readonly pair: Pair;
  /** The address that all name: a virtual one, which leads to the primary until it is turned. */
  readonly line: Line;
  readonly bots: readonly Replica[];
  /** Another replica, which may have to wait for its database. */
  startBot(): Promise<Replica>;
  /** Resolves when the readiness of every replica is as told. */
  untilReady(isReady: boolean): Promise<void>;
  /** A detector raises an alert about each of them, by the address. */
  raise(...people: readonly string[]): Promise<void>;
  /** The question that somebody is asked. */
  question(person: string): Promise<SlackMessage>;
}

export async function createStage(engine: PairEngine): Promise<Stage> {
  const pair = await engine.createPair();
  const line = await createLine(pair.primary.url);
  onTestFinished(() => line.close());
  // Slack's own three seconds; it comes again sooner than the real one, and for longer.
  const slack = { limits: false, times: { retryMs: [0, 2000, 5000, 10_000, 10_000] } } as const;
  const company = await createCompany(line.url, PEOPLE, slack);
  const bots: Replica[] = [];

  async function startBot(): Promise<Replica> {
    const env = { ...company.options.env, SECURITYBOT_LOG_LEVEL: 'info', SECURITYBOT_METRICS_PORT: '0' };
    const running = start(['start'], { ...company.options, env });
    tellIfFailed(`replica ${bots.length}`, running);
    const bot = { ...running, probes: await urlOf(running) };
    bots.push(bot);
    return bot;
  }
  await Promise.all([startBot(), startBot()]);
  await Promise.all(bots.map((bot) => bot.logs('securitybot is running')));

  return {
    ...company,
    pair,
    line,
    bots,
    startBot,
    async untilReady(isReady) {
      const look = () => Promise.all(bots.map(({ probes }) => get(`${probes}/readyz`)));
      await expect.poll(look, PATIENCE).toEqual(bots.map(() => (isReady ? READY : NOT_READY)));
    },
    async raise(...people) {
      const lines = people.map((username) =>
        JSON.stringify({ username, title: 'sudo', description: `by ${username}` }),
      );
      const raised = await run(['alert', 'create', '--from', '-'], company.options, `${lines.join('\n')}\n`);
      expect(raised).toMatchObject({ code: 0 });
    },
    question: (person) => company.slack.person(person).awaits('Did you do this?', { timeoutMs: 30_000 }),
  };
}

/** Ann has a push on her phone; bob and carol have a question. All that was to be said is said, and saved. */
export async function untilMidway(stage: Stage): Promise<void> {
  const { slack, duo, pair, raise, question } = stage;
  const ann = slack.person('ann');
  await raise('ann', 'bob', 'carol');
  const dialog = await ann.presses(await question('ann'), 'Yes, that was me').dialog;
  await dialog.submits('rebooting');
  const permission = await ann.awaits('May I do that now?', { timeoutMs: 30_000 });
  await ann.presses(permission, 'Yes, send the push').acknowledged;
  await duo.user('ann').awaitsPrompt();
  await Promise.all(['bob', 'carol'].map(question));

  const { db, close } = await lookInto(pair.primary.url);
  const toDo = async () => {
    const rows = await db.selectFrom('sb_conversations').select(['lease', 'data']).execute();
    return rows
      .map(({ lease, data }) => {
        const { outbox = [] } = JSON.parse(data) as Partial<Conversation>;
        return outbox.map(({ type }) => type).join() || (lease === null ? 'nothing' : 'a save');
      })
      .sort();
  };
  await expect.poll(toDo, PATIENCE).toEqual(['check', 'nothing', 'nothing']);
  await close(); // before its server is killed
}

/** Ends everything well, and holds what came of it to what people did: each was asked once, pushed once, and has the right verdict. */
export async function expectAllWell(stage: Stage, denied: Readonly<Record<string, string>>): Promise<void> {
  const { slack, duo, bots, line } = stage;
  const security = slack.channel('security');
  for (const [person, comment] of Object.entries(denied))
    await security.awaits(new RegExp(`^${person}: sudo \\(denied\\)[\\s\\S]*${comment}`), { timeoutMs: 30_000 });
  await slack.person('ann').awaits('is settled', { timeoutMs: 30_000 });
  for (const bot of bots) bot.signal('SIGTERM');
  const ended = await Promise.all(bots.map((bot) => bot.ended));
  expect(ended.map(({ code }) => code)).toEqual(bots.map(() => 0));
  // What nobody foresaw is logged with the place where it happened.
  for (const { stderr } of ended) expect(stderr).not.toMatch(/"stack":|\n\s+at /);

  const rows = await lookInto(line.url);
  const no = (comment: string) => [{ title: 'sudo', status: 2, comment, performed: 0, authenticated: 0 }];
  expect(await alertsOf(rows, 'ann')).toEqual([
    { title: 'sudo', status: 2, comment: 'rebooting', performed: 1, authenticated: 1 },
  ]);
  for (const [person, comment] of Object.entries(denied)) expect(await alertsOf(rows, person)).toEqual(no(comment));

  const asked = ['ann', ...Object.keys(denied)];
  const posts = slack.callsOf('chat.postMessage').map((call) => JSON.stringify(call));
  for (const person of asked) {
    const own = posts.filter((post) => post.includes('Did you do this?') && post.includes(`by ${person}`));
    expect(own, `questions to ${person}`).toHaveLength(1);
  }
  expect(posts.filter((post) => post.includes('May I do that now?'))).toHaveLength(1);
  expect(duo.user('ann').prompts()).toHaveLength(1);
  expect(duo.violations).toEqual([]);
  expect(slack.violations.filter(({ rule }) => rule !== 'lost-interaction')).toEqual([]);
}
