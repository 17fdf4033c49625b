import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { listAudit } from './list-audit.js';
import { recorded } from './recorded.js';

await forEachEngine(({ open }) => {
  test('the newest first, so many at the most, or those behind one', async () => {
    let now = Date.UTC(2026, 10, 24);
    const database = await open({ now: () => now });
    for (const about of ['first', 'second', 'third']) {
      now += 1000;
      await recorded(database, { name: 'ann', how: 'command' }, 'opt-out.put', [about], async () => ['done']);
    }
    const entry = { who: 'ann', how: 'command', what: 'opt-out.put', outcome: 'done' };
    const newest = await listAudit(database, 2);
    expect(newest).toMatchObject([
      { ...entry, about: 'third', at: now },
      { ...entry, about: 'second', at: now - 1000 },
    ]);
    expect(await listAudit(database, 2, newest[0]?.id)).toMatchObject([{ about: 'second' }, { about: 'first' }]);
    expect(await listAudit(database, 2, newest[1]?.id)).toMatchObject([{ about: 'first' }]);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(listAudit(database, 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
