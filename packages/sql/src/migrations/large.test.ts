import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.js';
import { insertAlerts } from '../fixtures/estate.js';
import { makeOriginal } from '../fixtures/original.js';
import { forEachServer } from '../testing.js';
import { migrate } from './migrate.js';

/** A million, where somebody has the time. */
const ALERTS = Number(process.env.SECURITYBOT_TEST_ALERTS ?? 100_000);
/** Seconds, as was promised; on a busy machine a statement may take one by itself. */
const LONGEST_MS = 5000;

/** As a detector does it: three statements, each by itself. @returns how long the slowest took, in ms. */
async function writeAlert({ db }: SqlDatabase): Promise<number> {
  const hash = randomBytes(32);
  const statements = [
    sql`insert into alerts values (${hash}, 'ann', 'sudo', '', '', '', '2026-01-01 00:00:00')`,
    sql`insert into user_responses values (${hash}, '', false, false)`,
    sql`insert into alert_status values (${hash}, 0)`,
  ];
  let slowest = 0;
  for (const statement of statements) {
    const began = performance.now();
    await statement.execute(db);
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}

await forEachServer(({ create, product }) => {
  test('a large database of the original is upgraded, and nobody who writes waits for long', {
    timeout: 900_000,
  }, async () => {
    const url = await create();
    const database = await openDatabase(`${url}?timeout=10m`);
    await makeOriginal(database);
    await insertAlerts(database, 'old', ALERTS, 2);
    const detector = await openDatabase(url, { poolSize: 1 });
    let writing = true;
    let written = 0;
    let longest = 0;
    const detecting = (async () => {
      for (; writing; written++) longest = Math.max(longest, await writeAlert(detector));
    })();
    await expect.poll(() => written).toBeGreaterThan(10);
    const began = performance.now();
    await migrate(database);
    const took = performance.now() - began;
    writing = false;
    await detecting;
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    console.info(
      `${product}: ${ALERTS} alerts upgraded in ${seconds(took)} s, longest wait of a writer ${seconds(longest)} s, ${written} written`,
    );
    expect(longest).toBeLessThan(LONGEST_MS);
    const [row] = await database.db.selectFrom('alerts').select(sql<number>`count(*)`.as('count')).execute();
    expect(row?.count).toBe(ALERTS + written);
    await Promise.all([database.close(), detector.close()]);
  });
});
