import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { listAudit } from './list-audit.js';
import { recorded, recordedOne } from './recorded.js';

const ANN = { name: 'ann', how: 'command' } as const;

await forEachEngine(({ open }) => {
  test('each thing is on the record before it is changed, and after, with what became of it', async () => {
    const database = await open();
    const outcomes = async () => (await listAudit(database, 10)).map(({ about, outcome }) => [about, outcome]);
    await recorded(database, ANN, 'alert.raise', ['a', 'b', 'c'], async () => {
      expect(await outcomes()).toEqual(['c', 'b', 'a'].map((about) => [about, null]));
      return ['done', 'unchanged', 'failed'];
    });
    expect(await outcomes()).toEqual([
      ['c', 'failed'],
      ['b', 'unchanged'],
      ['a', 'done'],
    ]);
  });

  test.each([
    ['a change', true, 'done'],
    ['nothing to change', false, 'unchanged'],
  ])('of one thing: %s is told, and recorded', async (_, isChanged, outcome) => {
    const database = await open();
    expect(await recordedOne(database, ANN, 'opt-out.put', 'bob', async () => isChanged)).toBe(isChanged);
    expect(await listAudit(database, 10)).toMatchObject([{ who: 'ann', what: 'opt-out.put', about: 'bob', outcome }]);
  });

  test('what fails is thrown, and recorded', async () => {
    const database = await open();
    const work = async () => {
      throw new Error('no room');
    };
    await expect(recordedOne(database, ANN, 'opt-out.put', 'bob', work)).rejects.toThrow('no room');
    expect(await listAudit(database, 10)).toMatchObject([{ about: 'bob', outcome: 'failed' }]);
  });
});
