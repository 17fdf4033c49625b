import { writeFloor } from '../floor.ts';
import { median, type Part, ratioOf, round } from '../part.ts';
import { newLogins, startFleet, type Whole } from '../whole.ts';

/** One replica against the least that such alerts cost. */
export const throughput: Part = {
  name: 'throughput',
  about: 'alerts a second through the whole conversation by one replica, beside the raw floor; statements and commits',
  async measure(engine, { alerts, rounds }, progress) {
    const bare = await engine.create(); // its own: a replica would take the floor's alerts for new ones
    const ground = await engine.create();
    const fleet = await startFleet(ground, 1);
    try {
      const floors: number[] = [];
      const wholes: Whole[] = [];
      for (let n = 1; n <= rounds; n += 1) {
        const began = performance.now();
        await writeFloor(bare, newLogins(alerts));
        const floor = alerts / ((performance.now() - began) / 1000);
        const whole = await fleet.measure(alerts);
        floors.push(floor);
        wholes.push(whole);
        progress(`round ${n} of ${rounds}: floor ${round(floor)}/s, whole ${round(whole.alertsPerSecond)}/s`);
      }
      const of = (figure: keyof Whole) => median(wholes.map((whole) => whole[figure]));
      const ratio = ratioOf(
        wholes.map(({ alertsPerSecond }) => alertsPerSecond),
        floors,
      );
      const commits = round(of('commits'));
      const about = { engine: engine.name };
      return [
        {
          ...about,
          figure: 'alerts a second, one replica',
          value: round(of('alertsPerSecond')),
          floor: round(median(floors)),
          beside: `raw floor; ratio ${round(ratio)}`,
          must: 'ratio 0.5',
          reached: ratio >= 0.5,
        },
        { ...about, figure: 'commits an alert', value: commits, floor: 3, must: 'at most 6', reached: commits <= 6 },
        {
          ...about,
          figure: 'statements an alert',
          value: round(of('statements')),
          floor: 6,
          must: 'told',
          reached: true,
        },
        { ...about, figure: 'replica’s CPU an alert, ms', value: round(of('cpuMs')), must: 'told', reached: true },
      ];
    } finally {
      await fleet.stop();
      await Promise.all([bare.close(), ground.close()]);
    }
  },
};
