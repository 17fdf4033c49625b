import { expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { forEachEngine } from '../testing.js';
import { hashToHex } from '../values.js';
import { hashOf, write, written } from './fixtures/rows.js';
import { listChanges } from './list-changes.js';

const change = ({ db }: SqlDatabase, seed: string, at: number) =>
  db.updateTable('sb_tasks').set({ changed_at: at }).where('hash', '=', hashOf(seed)).execute();

await forEachEngine(({ open }) => {
  test('what changed since, in that order, without what is known', async () => {
    const database = await open();
    await write(
      database,
      ['1', '2', '3', 'old'].map((seed) => written(seed, { task: { seenAt: 1, verdict: 'confirmed' } })),
    );
    await change(database, '1', 30);
    await change(database, '2', 20);
    await change(database, '3', 10);
    const found = async (since: number, limit = 10, known?: (id: string, at: number) => boolean) => {
      const { count, changes } = await listChanges(database, { since, limit, ...(known && { known }) });
      expect(changes.every(({ alert }) => alert.verdict === 'confirmed')).toBe(true);
      return [count, ...changes.map(({ alert, changedAt }) => [alert.alert.id, changedAt])];
    };
    const [one, two] = [hashToHex(hashOf('1')), hashToHex(hashOf('2'))];
    expect(await found(20)).toEqual([2, [two, 20], [one, 30]]);
    expect(await found(20, 1)).toEqual([1, [two, 20]]);
    expect(await found(20, 10, (id, at) => id === two && at === 20)).toEqual([2, [one, 30]]);
    expect(await found(31)).toEqual([0]);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(listChanges(database, { since: 0, limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
