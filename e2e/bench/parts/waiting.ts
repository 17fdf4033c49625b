import { setTimeout as delay } from 'node:timers/promises';
import type { Ground } from '../engines.ts';
import { fill } from '../fill.ts';
import { startReplica } from '../fleet.ts';
import { insertAlerts } from '../floor.ts';
import { type Part, round } from '../part.ts';
import { newLogins } from '../whole.ts';

/** How long a replica is left alone before it is measured, and for how long, in ms. */
const SETTLING = 3000;
const MEASURED = { quick: 5000, whole: 30_000 };

/** Starts a replica beside one new alert, and measures what it costs to wait. */
async function wait(ground: Ground, forMs: number) {
  const asked = Promise.withResolvers<void>();
  asked.promise.catch(() => undefined); // awaited below
  await insertAlerts(ground, newLogins(1));
  const started = performance.now();
  const replica = await startReplica(ground.url, { asked: () => asked.resolve() }, asked.reject);
  try {
    await asked.promise;
    const startMs = performance.now() - started;
    await delay(SETTLING);
    const before = await replica.report();
    await delay(forMs);
    const after = await replica.report();
    return {
      startMs,
      cpu: (after.cpuMs - before.cpuMs) / forMs,
      statements: (after.statements - before.statements) / (forMs / 1000),
      rss: after.rss / 1e6,
    };
  } finally {
    await replica.stop();
  }
}

/** What many open questions cost while nothing is due. */
export const waiting: Part = {
  name: 'waiting',
  about:
    '100,000 open questions (quick: 5000), nothing due: CPU, queries and memory of a replica, and how soon a new one is at work; beside an empty database',
  async measure(engine, { quick }, progress) {
    const open = quick ? 5000 : 100_000;
    const [full, empty] = [await engine.create(), await engine.create()];
    try {
      await fill(full, 'open', open, progress);
      const forMs = quick ? MEASURED.quick : MEASURED.whole;
      const floor = await wait(empty, forMs);
      const figure = await wait(full, forMs);
      const about = { engine: engine.name, beside: 'an empty database' };
      const row = (name: string, of: 'startMs' | 'cpu' | 'statements' | 'rss', most: number) => ({
        ...about,
        figure: `${name}, ${open} open`,
        value: round(figure[of]),
        floor: round(floor[of]),
        must: `below ${most}`,
        reached: figure[of] < most,
      });
      return [
        row('of a core, while waiting', 'cpu', 0.01),
        row('queries a second, while waiting', 'statements', 1.2),
        row('resident memory, MB, without a chat’s own', 'rss', 200),
        row('ms from the start to the first question', 'startMs', 3000),
      ];
    } finally {
      await Promise.all([full.close(), empty.close()]);
    }
  },
};
