import { readFileSync } from 'node:fs';
import { createSecuritybot, defaultPolicy, type Observation } from '@securitybot/core';
import {
  createClock,
  createMemoryAuth,
  createMemoryBlacklist,
  createMemoryChat,
  createMemoryTasker,
} from '@securitybot/testing';
import { expect, test } from 'vitest';
import { createMetrics, type StoreReadings } from './metrics.js';

const STORE: StoreReadings = {
  overdueMs: async () => 1500,
  openTasks: async () => ({ asking: 3, proving: 0 }),
  writable: async () => {},
};

const HEALTH = { sinceClaimMs: () => undefined };

/** The samples, by name and labels as Prometheus reads them. */
async function read({ registry }: ReturnType<typeof createMetrics>): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Those that are not 0. */
const moved = (samples: Map<string, number>, name: string) =>
  Object.fromEntries([...samples].filter(([key, value]) => key.startsWith(name) && value !== 0));

const HOSTILE = 'mallory"} 1\nsecuritybot_alerts_total 99\n#';

test('a day of a bot in numbers, and none of its words', async () => {
  const clock = createClock();
  const chat = createMemoryChat({ people: ['ann', 'bob'], clock });
  const auth = createMemoryAuth({ clock, enrolled: ['ann', 'bob'] });
  const tasker = createMemoryTasker({ clock });
  const metrics = createMetrics({ store: STORE, health: HEALTH, clock });
  const bot = createSecuritybot(
    { chat, auth, tasker, blacklist: createMemoryBlacklist() },
    { reportingChannel: '#security', clock, policy: defaultPolicy, observe: metrics.observe },
  );
  await bot.start();
  const raise = (id: string, username: string, title = HOSTILE) =>
    tasker.add({
      id: id.repeat(64),
      username,
      title,
      description: HOSTILE,
      reason: HOSTILE,
      url: HOSTILE,
      eventTime: clock.now(),
    });
  await raise('a', 'ann');
  chat.failNext(1, 'RATE_LIMITED', { on: 'send' });
  await clock.advance(10_000);
  await chat.say('ann', `yes, ${HOSTILE}`);
  await bot.idle();
  await chat.say('ann', 'yes');
  await bot.idle();
  auth.approve('ann');
  await bot.idle();
  await raise('b', 'bob');
  await bot.idle();
  await chat.say('bob', `no ${HOSTILE}`);
  await raise('c', HOSTILE);
  await bot.idle();
  await bot.stop();

  const samples = await read(metrics);
  expect(samples.get('securitybot_alerts_total')).toBe(3);
  expect(moved(samples, 'securitybot_verdicts_total')).toEqual({
    'securitybot_verdicts_total{verdict="confirmed",cause="challenge"}': 1,
    'securitybot_verdicts_total{verdict="escalated",cause="denied"}': 1,
    'securitybot_verdicts_total{verdict="escalated",cause="unknown-person"}': 1,
  });
  expect(samples.get('securitybot_verdicts_total{verdict="escalated",cause="fraud"}')).toBe(0);
  expect(samples.get('securitybot_alert_to_question_seconds_count')).toBe(2);
  expect(samples.get('securitybot_question_to_answer_seconds_count')).toBe(2);
  expect(samples.get('securitybot_alert_to_verdict_seconds_count')).toBe(3);
  expect(samples.get('securitybot_effects_total{effect="send",outcome="rate_limited"}')).toBe(1);
  expect(samples.get('securitybot_effect_retries_total{effect="send"}')).toBe(1);
  expect(samples.get('securitybot_provider_calls_total{provider="chat",call="send",outcome="rate_limited"}')).toBe(1);
  expect(samples.get('securitybot_provider_calls_total{provider="auth",call="challenge",outcome="ok"}')).toBe(1);
  expect(samples.get('securitybot_provider_call_seconds_count{provider="auth",call="readiness"}')).toBe(1);
  expect(samples.get('securitybot_turns_total{turn="message",outcome="ok"}')).toBe(3);
  expect(samples.get('securitybot_failures_total')).toBe(1);
  expect([...samples.keys()].join('\n')).not.toMatch(/mallory|\b(?:ann|bob)\b/);
});

test('no label says what an observation makes up', async () => {
  const metrics = createMetrics({ store: STORE, health: HEALTH });
  const before = (await read(metrics)).size;
  const forged = [
    { type: 'effect', effect: HOSTILE, key: HOSTILE, tries: 1, tookMs: 1, code: HOSTILE },
    {
      type: 'verdict',
      alert: 'a',
      username: HOSTILE,
      verdict: { kind: 'escalated', at: 1, cause: HOSTILE },
      afterMs: 1,
    },
    { type: 'failure', doing: HOSTILE, error: new Error(HOSTILE) },
    { type: 'ignored', person: HOSTILE, why: HOSTILE },
    { type: 'conflict', person: HOSTILE },
  ] as unknown as Observation[];
  for (const observation of forged) metrics.observe(observation);
  const samples = await read(metrics);
  expect(samples.get('securitybot_effects_total{effect="other",outcome="other"}')).toBe(1);
  expect(samples.get('securitybot_verdicts_total{verdict="escalated",cause="other"}')).toBe(1);
  expect(samples.size - before).toBe(3); // and the retries of "other"
  expect([...samples.keys()].join('\n')).not.toContain('mallory');
});

test('what the store says', async () => {
  const samples = await read(createMetrics({ store: STORE, health: HEALTH }));
  expect(moved(samples, 'securitybot_o')).toEqual({
    'securitybot_open_tasks{state="asking"}': 3,
    securitybot_overdue_seconds: 1.5,
  });
  expect(samples.get('securitybot_open_tasks{state="proving"}')).toBe(0);
  expect(samples.get('securitybot_database_up')).toBe(1);
});

test('a store that is away: its numbers are left out, the others are there, and it is asked once a second at the most', async () => {
  const clock = createClock();
  const store = { isAway: false, asked: 0 };
  const ask = <T>(answer: T) => {
    store.asked += 1;
    return store.isAway ? Promise.reject(new Error('away')) : Promise.resolve(answer);
  };
  const metrics = createMetrics({
    clock,
    health: HEALTH,
    store: { overdueMs: () => ask(0), openTasks: () => ask({ asking: 1 }), writable: () => ask(undefined) },
  });
  expect(moved(await read(metrics), 'securitybot_open_tasks')).toEqual({ 'securitybot_open_tasks{state="asking"}': 1 });
  store.isAway = true;
  await clock.advance(10_000);
  const samples = await read(metrics);
  expect(samples.get('securitybot_database_up')).toBe(0);
  expect([...samples.keys()].filter((name) => /open_tasks|overdue/.test(name))).toEqual([]);
  expect(samples.get('securitybot_alerts_total')).toBe(0);
  for (let n = 0; n < 10; n += 1) await read(metrics);
  expect(store.asked).toBe(6);
  store.isAway = false;
  await clock.advance(1000);
  expect((await read(metrics)).get('securitybot_overdue_seconds')).toBe(0);
});

test('how long ago there was a claim, while the bot runs', async () => {
  let age: number | undefined;
  const metrics = createMetrics({ store: STORE, health: { sinceClaimMs: () => age } });
  expect((await read(metrics)).has('securitybot_claim_age_seconds')).toBe(false);
  age = 1500;
  expect((await read(metrics)).get('securitybot_claim_age_seconds')).toBe(1.5);
});

test('the README lists every metric, with its labels', async () => {
  const { registry } = createMetrics({ store: STORE, health: HEALTH });
  await registry.metrics();
  const ours = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('securitybot_'));
  const labels = (metric: object) => ('labelNames' in metric ? (metric.labelNames as string[]) : []);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(securitybot_\w+)` *\| ([^|]*)\|/gm)];
  expect(rows.map(([, name, cell = '']) => [name, [...cell.matchAll(/`(\w+)`/g)].map(([, label]) => label)])).toEqual(
    ours.map((metric) => [metric.name, labels(metric)]),
  );
});
