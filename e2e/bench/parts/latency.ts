import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ground } from '../engines.ts';
import { startReplica } from '../fleet.ts';
import { insertAlerts } from '../floor.ts';
import { type Part, quantile, round } from '../part.ts';
import { newLogins } from '../whole.ts';

const CLI = fileURLToPath(new URL('../../../apps/bot/dist/cli.js', import.meta.url));

const SAMPLES = { quick: 20, whole: 100 };
/** Between two samples, at the most: they must not keep time with the polls, in ms. */
const PAUSE = 1000;

/** Raises an alert, and resolves when it is known to be written. */
type Raise = (ground: Ground, login: string) => Promise<void>;

const bySql: Raise = (ground, login) => insertAlerts(ground, [login]);

/** The command prints the alert's id once it is written. */
const byCommand: Raise = async (ground, login) => {
  const child = spawn(process.execPath, [CLI, 'alert', 'create', '--username', login, '--title', 'sudo'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SECURITYBOT_DATABASE_URL: ground.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`\`alert create\` ended with ${code}`);
  });
  await Promise.race([once(child.stdout, 'data'), failed]);
};

/** From when an alert is written to when its question is out, and beside it how long the writing took: each in ms. */
async function measure(ground: Ground, raise: Raise, samples: number) {
  let asked = Promise.withResolvers<void>();
  const replica = await startReplica(ground.url, { asked: () => asked.resolve() }, (error) => asked.reject(error));
  const writing: number[] = [];
  const waiting: number[] = [];
  try {
    for (const login of newLogins(samples)) {
      asked = Promise.withResolvers<void>();
      const out = asked.promise.then(() => performance.now());
      out.catch(() => undefined); // awaited below
      await delay(Math.random() * PAUSE);
      const began = performance.now();
      await raise(ground, login);
      const written = performance.now();
      writing.push(written - began);
      waiting.push(Math.max(0, (await out) - written));
    }
    return { writing, waiting };
  } finally {
    await replica.stop();
  }
}

/** How soon an alert is asked about. */
export const latency: Part = {
  name: 'latency',
  about: 'from an alert, inserted by SQL or made by `alert create`, to its question',
  async measure(engine, { quick }, progress) {
    const ground = await engine.create();
    const figures = [];
    try {
      const ways = [
        ['SQL insert to question', bySql, 1200, 2500],
        ['`alert create` to question', byCommand, 100, 500],
      ] as const;
      for (const [name, raise, half, most] of ways) {
        const { writing, waiting } = await measure(ground, raise, quick ? SAMPLES.quick : SAMPLES.whole);
        progress(`${name}: ${waiting.length} samples`);
        for (const [label, part, limit] of [
          ['p50', 0.5, half],
          ['p99', 0.99, most],
        ] as const) {
          const value = round(quantile(waiting, part));
          const floor = round(quantile(writing, part));
          const about = {
            engine: engine.name,
            figure: `${name}, ms, ${label} of ${waiting.length}`,
            value,
            floor,
            beside: 'the writing',
          };
          figures.push({ ...about, must: `below ${limit}`, reached: value < limit });
        }
      }
      return figures;
    } finally {
      await ground.close();
    }
  },
};
