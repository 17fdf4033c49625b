import { median, type Part, ratioOf, round } from '../part.ts';
import { startFleet } from '../whole.ts';

/** What a second replica brings. */
export const replicas: Part = {
  name: 'replicas',
  about: 'two replicas in sum, beside one',
  async measure(engine, { alerts, rounds }, progress) {
    if (engine.name === 'SQLite') return []; // for one process
    const grounds = [await engine.create(), await engine.create()] as const;
    const [one, two] = [await startFleet(grounds[0], 1), await startFleet(grounds[1], 2)];
    try {
      const ones: number[] = [];
      const twos: number[] = [];
      for (let n = 1; n <= rounds; n += 1) {
        ones.push((await one.measure(alerts)).alertsPerSecond);
        twos.push((await two.measure(alerts)).alertsPerSecond);
        progress(`round ${n} of ${rounds}: one ${round(ones.at(-1) ?? 0)}/s, two ${round(twos.at(-1) ?? 0)}/s`);
      }
      const ratio = ratioOf(twos, ones);
      return [
        {
          engine: engine.name,
          figure: 'alerts a second, two replicas',
          value: round(median(twos)),
          floor: round(median(ones)),
          beside: `one replica; ratio ${round(ratio)}`,
          must: 'no slower in sum',
          reached: ratio >= 1,
        },
      ];
    } finally {
      await Promise.all([one.stop(), two.stop()]);
      await Promise.all(grounds.map((ground) => ground.close()));
    }
  },
};
