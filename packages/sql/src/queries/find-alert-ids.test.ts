import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { findAlertIds } from './find-alert-ids.js';
import { write, written } from './fixtures/rows.js';

const idOf = (beginning: string) => beginning.padEnd(64, '7');
const hashOf = (beginning: string) => Buffer.from(idOf(beginning), 'hex');

await forEachEngine(({ open }) => {
  test('by how they begin, also within a byte', async () => {
    const database = await open();
    await write(
      database,
      ['ab0', 'abf', 'ac0', '00', 'ff'].map((beginning) => written(beginning, { hash: hashOf(beginning) })),
    );
    expect(await findAlertIds(database, 'ab', 9)).toEqual([idOf('ab0'), idOf('abf')]);
    expect(await findAlertIds(database, 'abf', 9)).toEqual([idOf('abf')]);
    expect(await findAlertIds(database, 'a', 2)).toHaveLength(2);
    expect(await findAlertIds(database, idOf('ff'), 9)).toEqual([idOf('ff')]);
    expect(await findAlertIds(database, 'ad', 9)).toEqual([]);
  });

  test.each(['', 'xyz', 'AB', '0'.repeat(65)])('"%s" is no beginning', async (prefix) => {
    await expect(findAlertIds(await open(), prefix, 1)).rejects.toMatchObject({ code: 'REJECTED' });
  });
});
