import { fill } from '../fill.ts';
import { median, type Part, ratioOf, round } from '../part.ts';
import { startFleet } from '../whole.ts';

/** Whether many closed alerts slow down new ones. */
export const growth: Part = {
  name: 'growth',
  about: 'alerts a second with 1,000,000 closed alerts in the tables (quick: 20,000), beside a thousand',
  async measure(engine, { alerts, rounds, quick }, progress) {
    const closed = quick ? 20_000 : 1_000_000;
    const [small, large] = [await engine.create(), await engine.create()];
    try {
      await fill(small, 'closed', 1000, progress);
      await fill(large, 'closed', closed, progress);
      const [before, after] = [await startFleet(small, 1), await startFleet(large, 1)];
      const floors: number[] = [];
      const figures: number[] = [];
      for (let n = 1; n <= rounds; n += 1) {
        floors.push((await before.measure(alerts)).alertsPerSecond);
        figures.push((await after.measure(alerts)).alertsPerSecond);
        progress(`round ${n} of ${rounds}: few ${round(floors.at(-1) ?? 0)}/s, many ${round(figures.at(-1) ?? 0)}/s`);
      }
      await Promise.all([before.stop(), after.stop()]);
      const ratio = ratioOf(figures, floors);
      return [
        {
          engine: engine.name,
          figure: `alerts a second, ${closed} closed ones there`,
          value: round(median(figures)),
          floor: round(median(floors)),
          beside: `a thousand; ratio ${round(ratio)}`,
          must: 'ratio 0.8',
          reached: ratio >= 0.8,
        },
      ];
    } finally {
      await Promise.all([small.close(), large.close()]);
    }
  },
};
