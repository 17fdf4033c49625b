import { createDuoAuth } from '@securitybot/auth-duo';
import type { HistoryEntry, Task, Verdict } from '@securitybot/core';
import { hexToHash, migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import { expect, onTestFinished, test } from 'vitest';
import { check } from './checker.ts';
import { writeAlert } from './database.ts';
import type { Plan, PlannedAlert } from './plan.ts';
import { createWorld, type World } from './world.ts';

function alertOf(login: string, change: Partial<PlannedAlert> = {}): PlannedAlert {
  const number = login === 'ann' ? 1 : 2;
  const id = String(number).repeat(64);
  return { id, mark: `chaos-00000${number}`, login, title: 'sudo', act: 'says no', ends: 'denied', ...change };
}

const PLAN: Plan = {
  people: [
    { login: 'ann', kind: 'answers' },
    { login: 'bob', kind: 'answers' },
  ],
  alerts: [alertOf('ann'), alertOf('bob', { act: 'proves by button', ends: 'confirmed' })],
};

async function openWorld(): Promise<{ readonly world: World; readonly database: SqlDatabase }> {
  const world = await createWorld(PLAN, () => 0);
  const database = await openDatabase('sqlite::memory:');
  onTestFinished(() => Promise.all([world.close(), database.close()]).then(() => {}));
  await migrate(database);
  for (const alert of PLAN.alerts) await writeAlert(database, alert);
  return { world, database };
}

async function close({ db }: SqlDatabase, alert: PlannedAlert, verdict: Verdict, said: 'yes' | 'no'): Promise<void> {
  const hash = hexToHash(alert.id);
  const authenticated = verdict.kind === 'confirmed';
  const entry: HistoryEntry = { at: 1, what: verdict.kind };
  const task: Partial<Task> = {
    state: 'closed',
    verdict,
    history: [entry],
    answer: { said, explanation: '', at: 1 },
  };
  await db
    .insertInto('sb_tasks')
    .values({ hash, state: 'closed', data: JSON.stringify(task) })
    .execute();
  await db.updateTable('alert_status').set({ status: 2 }).where('hash', '=', hash).execute();
  await db.updateTable('user_responses').set({ authenticated }).where('hash', '=', hash).execute();
}

/** Says something as the bot, in Slack. */
async function post({ slack }: World, channel: string, text: string): Promise<void> {
  const response = await fetch(`${slack.url}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel, text, unfurl_links: false, unfurl_media: false }),
  });
  expect(await response.json()).toMatchObject({ ok: true });
}

const [anns, bobs] = PLAN.alerts as [PlannedAlert, PlannedAlert];
const DENIED: Verdict = { kind: 'escalated', at: 1, cause: 'denied' };
const CONFIRMED: Verdict = { kind: 'confirmed', at: 1, proof: 'challenge' };

test('what nobody took is lost, and unreported', async () => {
  const { world, database } = await openWorld();
  const { problems } = await check(PLAN, world, database);
  expect(problems).toEqual([
    'chaos-000001 of ann (says no) is lost: nobody has taken it.',
    'chaos-000002 of bob (proves by button) is lost: nobody has taken it.',
    'chaos-000001 ended as denied, unreported.',
  ]);
});

test('a verdict without its proof, a wrong one, a message to somebody else, and one twice are told', async () => {
  const { world, database } = await openWorld();
  await close(database, anns, CONFIRMED, 'yes');
  await close(database, bobs, CONFIRMED, 'yes');
  const bob = world.slack.person('bob').dm();
  await post(world, bob, `Did you do this? ${anns.mark}`);
  await post(world, bob, `Did you do this? ${anns.mark}`);
  const { problems, messages, repeated } = await check(PLAN, world, database);
  expect(problems).toEqual([
    expect.stringContaining('chaos-000001 of ann (says no) must end as denied and ended as confirmed'),
    'chaos-000001 of ann (says no) is confirmed without an approval of its own.',
    'chaos-000002 of bob (proves by button) is confirmed without an approval of its own.',
    'bob was shown chaos-000001.',
    'bob was shown chaos-000001.',
    'chaos-000001 ended as denied, unreported.',
  ]);
  expect({ messages, repeated }).toEqual({ messages: 2, repeated: 1 });
});

test('what ended as it must is no problem', async () => {
  const { world, database } = await openWorld();
  await close(database, anns, DENIED, 'no');
  await post(world, world.slack.channel('security').id, `ann: sudo (denied) ${anns.mark}`);
  const { problems } = await check({ ...PLAN, alerts: [anns] }, world, database);
  expect(problems).toEqual([]);
});

test('a push that nobody permitted is told; yes typed twice, when nothing came of the first, permits one', async () => {
  const { world, database } = await openWorld();
  const { integrationKey, secretKey, host, ca } = world.duo;
  const duo = createDuoAuth({ integrationKey, secretKey, host, ca });
  await duo.challenge({ id: 'one', subject: 'bob', reason: bobs.mark }, new AbortController().signal);
  const typed = { login: 'bob', marks: [bobs.mark], what: 'yes', typed: true } as const;
  const problemsOf = async (deeds: World['deeds']) => (await check(PLAN, { ...world, deeds }, database)).problems;
  expect(await problemsOf([typed])).toContain('bob got 1 pushes and permitted 0.');
  expect(await problemsOf([typed, typed])).not.toContainEqual(expect.stringContaining('pushes'));
  expect(await problemsOf([typed, { ...typed, what: 'permits', typed: false }])).not.toContainEqual(
    expect.stringContaining('pushes'),
  );
});
