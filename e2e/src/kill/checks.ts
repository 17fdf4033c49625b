import type { Conversation, Task } from '@securitybot/core';
import { hashToHex, type SqlDatabase } from '@securitybot/sql';
import { expect } from 'vitest';
import { alertsOf, mutesOf, taskOf } from '../rows.js';
import type { Outside } from './outside.js';
import type { Story } from './stories.js';

type Stored = Pick<Conversation, 'outbox' | 'events'>;

async function conversationOf({ db }: SqlDatabase, login: string): Promise<Stored | undefined> {
  const query = db.selectFrom('sb_conversations').select('data').where('person', '=', `U-${login}`);
  const row = await query.executeTakeFirst();
  return row && JSON.parse(row.data);
}

/** Whether the login's alert is closed, and all that had to be done for it is done. */
export async function isSettled(database: SqlDatabase, login: string): Promise<boolean> {
  const rows = await alertsOf(database, login);
  if (rows.length === 0 || rows.some(({ status }) => status !== 2)) return false;
  return (await conversationOf(database, login))?.outbox.length === 0;
}

/** What there is to know of somebody who is stuck. */
export async function tellState(database: SqlDatabase, login: string): Promise<string> {
  const { db } = database;
  const rows = await db.selectFrom('sb_conversations').selectAll().where('person', '=', `U-${login}`).execute();
  return JSON.stringify({ alerts: await alertsOf(database, login), conversations: rows });
}

/** Fails where an open alert, or something to be done, has nothing that will wake a bot to it. */
export async function expectNothingForgotten({ db }: SqlDatabase): Promise<void> {
  const alerts = await db
    .selectFrom('alerts')
    .innerJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .leftJoin('sb_tasks', 'sb_tasks.hash', 'alerts.hash')
    .leftJoin('sb_conversations', 'sb_conversations.person', 'sb_tasks.person')
    .select(['alerts.hash', 'alert_status.status', 'sb_tasks.closed_at', 'sb_conversations.due_at'])
    .execute();
  for (const { hash, status, closed_at, due_at } of alerts) {
    const isWaiting = status === 0; // for whoever looks for new alerts
    const isForgotten = !isWaiting && closed_at === null && due_at === null;
    expect(isForgotten, `alert ${hashToHex(hash)} has status ${status}, and nothing wakes a bot to it`).toBe(false);
  }
  const conversations = await db.selectFrom('sb_conversations').select(['person', 'data', 'due_at']).execute();
  for (const { person, data, due_at } of conversations) {
    const { outbox }: Stored = JSON.parse(data);
    const isForgotten = outbox.length > 0 && due_at === null;
    expect(isForgotten, `${person} has effects that nothing wakes a bot to`).toBe(false);
  }
}

const countOf = (task: Task, ...whats: string[]) => task.history.filter(({ what }) => whats.includes(what)).length;

/** Holds how a story ended to what its person did. */
export async function expectVerdict(
  database: SqlDatabase,
  story: Story,
  login: string,
  outside: Outside,
  when: string,
): Promise<void> {
  const about = `${login}, ${when}`;
  const isConfirmed = story.cause === undefined;
  const task = await taskOf(database, login);
  const { id, title } = task.alert;

  // Exactly one verdict, the one that the person's acts call for.
  const verdict = isConfirmed ? { kind: 'confirmed', proof: 'challenge' } : { kind: 'escalated', cause: story.cause };
  expect(task, about).toMatchObject({ state: 'closed', verdict });
  expect(countOf(task, 'confirmed', 'escalated', 'muted'), about).toBe(1);
  const row = {
    title,
    status: 2,
    comment: story.answer.because,
    performed: story.answer.said === 'yes' ? 1 : 0,
    authenticated: isConfirmed ? 1 : 0,
  };
  expect(await alertsOf(database, login), about).toEqual([row]);
  expect((await mutesOf(database, login)).length, about).toBe(isConfirmed ? 1 : 0);

  // Each acknowledged answer counted, and once.
  expect(outside.pending, about).toEqual([]);
  expect(task.answer, about).toMatchObject({ said: story.answer.said, explanation: story.answer.because });
  expect(countOf(task, 'answered'), about).toBe(1);

  // At most one prompt a challenge, and no proof but an approval of this very alert that the bot was told of.
  const prompts = [...outside.prompts].filter(([challenge]) => challenge.startsWith(id));
  for (const [challenge, { times, subject }] of prompts) {
    expect(times, `${about}: prompts of ${challenge}: ${JSON.stringify(task.history)} ${JSON.stringify(prompts)}`).toBe(
      1,
    );
    expect(subject, about).toBe(login);
  }
  if (isConfirmed)
    expect(
      prompts.some(([, { result, told }]) => told && result === 'approved'),
      about,
    ).toBe(true);
  if (story.cause === 'denied') expect(prompts, about).toEqual([]);

  // Messages and reports at least once.
  expect(outside.messagesTo(login).join('\n'), about).toContain(story.told);
  const reports = outside.reports.filter((report) => report.startsWith(`${login}: ${title}`));
  if (isConfirmed) expect(reports, about).toEqual([]);
  else {
    expect(reports.length, about).toBeGreaterThan(0);
    for (const report of reports) expect(report, about).toContain(`(${story.cause})`);
    for (const report of reports) expect(report, about).toContain(story.answer.because);
  }
  expect(outside.reports.filter((report) => report.includes(`${login}: `)).length, about).toBe(reports.length);
}
