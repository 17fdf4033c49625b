import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { fillEstate } from '../../sql/src/fixtures/estate.js';
import { wholeReads } from '../../sql/src/fixtures/plans.js';
import { createSqlBlacklist } from './blacklist.js';

const NOW = new Date('2026-01-05T00:00:00Z');

await forEachEngine(({ open }) => {
  test('nothing that is asked of a Blacklist reads a table whole, however many mutes and opt-outs there are', {
    timeout: 120_000,
  }, async () => {
    const database = await open();
    await fillEstate(database, { closed: 15_000, open: 0 });
    const reads = await wholeReads(database, async (seen) => {
      const { find, put, remove } = createSqlBlacklist(seen);
      expect(await find({ username: 'user12000', title: 'sudo', now: NOW })).toMatchObject({ reason: 'busy' });
      expect(await find({ username: 'gone7', title: 'sudo', now: NOW })).toMatchObject({ reason: 'asked to' });
      await put({ username: 'ann', title: 'sudo', reason: 'busy', until: NOW.getTime() + 1 });
      await put({ username: 'ann', title: 'sudo', reason: 'busy', until: NOW.getTime() + 5000 });
      await put({ username: 'ann', reason: 'asked to' });
      expect(await remove({ username: 'ann', title: 'sudo' })).toBe(true);
      expect(await remove({ username: 'ann' })).toBe(true);
    });
    expect(reads).toEqual([]);
  });
});
