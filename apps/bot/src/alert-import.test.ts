import { PluginError, type Tasker } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { expect, test } from 'vitest';
import type { FileEntry } from './alert-file.js';
import { type Answer, importAlerts } from './alert-import.js';

async function* entries(all: Iterable<FileEntry>): AsyncGenerator<FileEntry> {
  yield* all;
}

async function onDatabase(work: (tasker: Tasker, close: () => Promise<void>) => Promise<void>): Promise<void> {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  await work(createSqlTasker(database), database.close).finally(database.close);
}

async function answersTo(tasker: Tasker, all: Iterable<FileEntry>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const answer of importAlerts(tasker, entries(all), async () => {})) answers.push(answer);
  return answers;
}
const entry = (line: number, title = `sudo ${line}`): FileEntry => ({ line, fields: { username: 'ann', title } });

test('each line is answered for itself, in order', () =>
  onDatabase(async (tasker) => {
    const id = 'ab'.repeat(32);
    const named = (line: number): FileEntry => ({ line, fields: { username: 'ann', title: 'sudo', id } });
    const all: FileEntry[] = [
      ...Array.from({ length: 9 }, (_, i) => entry(i + 1)),
      { line: 10, wrong: 'this is no JSON' },
      named(11),
      entry(12, ' '),
      named(13),
    ];
    const answers = await answersTo(tasker, all);
    expect(answers.map(({ line }) => line)).toEqual(all.map(({ line }) => line));
    expect(answers.slice(9)).toEqual([
      { line: 10, wrong: 'this is no JSON' },
      { line: 11, id, isNew: expect.any(Boolean) },
      { line: 12, wrong: expect.stringMatching(/^title is missing/) },
      { line: 13, id, isNew: expect.any(Boolean) },
    ]);
    // Raised together: one of the two was first.
    expect(answers.filter((answer) => 'isNew' in answer && answer.isNew)).toHaveLength(10);
    expect((await tasker.unassigned(100)).alerts).toHaveLength(10);
  }));

test('what the database refuses is wrong with that line only', () =>
  onDatabase(async (tasker) => {
    const picky: Tasker = {
      ...tasker,
      add: (alert) =>
        alert.title === 'bad'
          ? Promise.reject(new PluginError('REJECTED', 'no, \u001b[2Jnot that'))
          : tasker.add(alert),
    };
    expect(await answersTo(picky, [entry(1), entry(2, 'bad'), entry(3)])).toMatchObject([
      { line: 1, isNew: true },
      { line: 2, wrong: 'no, [2Jnot that' },
      { line: 3, isNew: true },
    ]);
  }));

test('a lost database is told once, and no more is read', () =>
  onDatabase(async (tasker, close) => {
    const answers: Answer[] = [];
    let read = 0;
    const endless = (function* () {
      for (;;) yield entry(++read);
    })();
    for await (const answer of importAlerts(tasker, entries(endless), async () => {})) {
      answers.push(answer);
      if (answers.length === 8) await close();
    }
    expect(answers).toHaveLength(9);
    expect(answers[8]).toEqual({ line: 9, lost: true, wrong: expect.stringMatching(/closed/) });
    expect(read).toBe(16);
  }));

test('a detector that pauses has its alert raised at once, and the bot woken', () =>
  onDatabase(async (tasker) => {
    const { promise: later, resolve: goOn } = Promise.withResolvers<void>();
    const detector = async function* () {
      yield entry(1);
      await later;
      yield entry(2);
    };
    let woken = 0;
    const answers = importAlerts(tasker, detector(), async () => {
      woken += 1;
    });
    expect((await answers.next()).value).toMatchObject({ line: 1, isNew: true });
    expect(woken).toBe(1);
    expect((await tasker.unassigned(100)).alerts).toHaveLength(1);
    goOn();
    expect((await answers.next()).value).toMatchObject({ line: 2, isNew: true });
    expect((await answers.next()).done).toBe(true);
    expect(woken).toBe(2);
  }));
