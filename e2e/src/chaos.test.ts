import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { missing } from '../chaos/database.ts';
import { run } from '../chaos/run.ts';

/*
 * A short run of `npm run chaos`. It lasts as long as the shortest time to answer, a minute, and a lease after that.
 * SECURITYBOT_TEST_SEED repeats a run.
 */
const seed = Number(process.env.SECURITYBOT_TEST_SEED ?? randomInt(2 ** 31));

for (const server of ['mysql', 'postgres'] as const) {
  const reason = await missing(server);
  if (reason && process.env.CI) throw new Error(`Tests on ${server} are required under CI: ${reason}`);
  if (reason) console.warn(`SKIPPED on ${server}: ${reason}`);

  const onServer = reason ? test.skip : test.concurrent;
  onServer(
    `${server}: replicas that are killed, and whose world comes and goes, keep every promise (seed ${seed})`,
    {
      timeout: 600_000,
    },
    async () => {
      const told: string[] = [];
      const result = await run({
        server,
        seed,
        alerts: 100,
        replicas: 3,
        troubleMs: 45_000,
        patienceMs: 300_000,
        tell: (line) => told.push(line),
      });
      expect(result.problems, told.join('\n')).toEqual([]);
      expect(Object.values(result.verdicts).reduce((sum, count) => sum + count, 0)).toBe(100);
      expect(result.repeated).toBeLessThan(result.messages / 10);
    },
  );
}
