import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { listOptOuts } from './list-opt-outs.js';

await forEachEngine(({ open }) => {
  test('each with why and since when, where somebody said so', async () => {
    const database = await open();
    await database.db
      .insertInto('blacklist')
      .values([{ ldap: 'bob' }, { ldap: 'ANN ' }])
      .execute();
    await database.db.insertInto('sb_opt_outs').values({ ldap: 'ann', reason: 'typed stop', at: 7 }).execute();
    const optOuts = await listOptOuts(database);
    expect(optOuts.map(({ username }) => username)).toEqual(['ANN ', 'bob']);
    expect(optOuts).toEqual([
      { username: 'ANN ', reason: 'typed stop', at: 7 },
      { username: 'bob', reason: '', at: null },
    ]);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(listOptOuts(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
