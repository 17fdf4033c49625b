import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { hashToHex } from '../values.js';
import { findHalves } from './find-halves.js';
import { hashOf, write, written } from './fixtures/rows.js';

await forEachEngine(({ open }) => {
  test('each of the six ways to write half an alert, and what is missing', async () => {
    const database = await open();
    const { db } = database;
    await write(database, [
      written('whole'),
      written('no status', { ldap: 'Bob', status: null }),
      written('no response', { response: null }),
      written('alone', { status: null, response: null }),
    ]);
    const statuses = ['lost', 'lost status'].map((seed) => ({ hash: hashOf(seed), status: 0 }));
    await db.insertInto('alert_status').values(statuses).execute();
    const responses = ['lost', 'lost response'].map((seed) => ({
      hash: hashOf(seed),
      performed: false,
      authenticated: false,
    }));
    await db.insertInto('user_responses').values(responses).execute();

    const halves = await findHalves(database, 20);
    const missing = new Map(halves.map((half) => [half.id, half.missing]));
    const of = (seed: string) => missing.get(hashToHex(hashOf(seed)));
    expect(halves).toHaveLength(6);
    expect(of('no status')).toEqual(['alert_status']);
    expect(of('no response')).toEqual(['user_responses']);
    expect(of('alone')).toEqual(['user_responses', 'alert_status']);
    expect(of('lost')).toEqual(['alerts']);
    expect(of('lost status')).toEqual(['alerts', 'user_responses']);
    expect(of('lost response')).toEqual(['alerts', 'alert_status']);
    expect(halves).toContainEqual({
      id: hashToHex(hashOf('no status')),
      username: 'Bob',
      title: 'sudo',
      missing: ['alert_status'],
    });
    expect(await findHalves(database, 4)).toHaveLength(4);
  });

  test('whole alerts are none', async () => {
    const database = await open();
    await write(database, [written('1'), written('2')]);
    expect(await findHalves(database, 20)).toEqual([]);
  });
});
