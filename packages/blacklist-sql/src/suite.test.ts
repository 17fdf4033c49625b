import { forEachEngine } from '@securitybot/sql/testing';
import { testBlacklist } from '@securitybot/testing';
import { createSqlBlacklist } from './blacklist.js';

await forEachEngine(({ name, open }) => {
  const create = async () => createSqlBlacklist(await open());
  testBlacklist({
    name: `createSqlBlacklist on ${name}`,
    create: async () => ({
      blacklist: await create(),
      other: create,
      async unreachable() {
        const database = await open();
        await database.close();
        return createSqlBlacklist(database);
      },
    }),
  });
});
