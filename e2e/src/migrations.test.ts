import { openDatabase, planMigration } from '@securitybot/sql';
import { forEachServer } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { run } from './process.js';
import { lookInto } from './rows.js';

const env = { SECURITYBOT_LOG_LEVEL: 'debug' };
const REPLICAS = 20;

await forEachServer(({ create }) => {
  test('of twenty replicas that start at once on an empty database, one migrates, and all run', async () => {
    const url = await create();
    const before = await openDatabase(url, { poolSize: 1 });
    const plan = await planMigration(before).finally(before.close);
    const ended = await Promise.all(
      Array.from({ length: REPLICAS }, () => run(['start'], { database: `${url}?pool=2`, env })),
    );
    for (const { code, stderr } of ended) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('securitybot is running') });
    }
    const migrated = ended
      .map(({ stderr }) => stderr.match(/"migrated: [^"]*"/g) ?? [])
      .filter(({ length }) => length > 0);
    expect(migrated).toEqual([plan.map(({ text }) => `"migrated: ${text}"`)]);
  });

  test('a replica older than the schema says so, and does not wait', async () => {
    const database = await create();
    expect((await run(['migrate'], { database })).code).toBe(0);
    const { db } = await lookInto(database);
    await db.insertInto('sb_migrations').values({ id: 9000, name: 'table sb_future', done_at: 0 }).execute();
    const { code, stderr } = await run(['start'], { database, env });
    expect(code).toBe(1);
    expect(stderr).toContain('this database was migrated by a newer Securitybot (step 9000, table sb_future)');
    expect(stderr).toContain('Start the newer version, or restore a backup');
  });
});
