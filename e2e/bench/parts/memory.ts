import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDuoServer, createSlackServer, type DuoServer, type SlackServer } from '@securitybot/strict-servers';
import { duoEnvironment, slackEnvironment } from '../../src/environment.ts';
import { freePort } from '../../src/free-port.ts';
import type { Ground } from '../engines.ts';
import { fill } from '../fill.ts';
import { insertAlerts } from '../floor.ts';
import { type Figure, type Part, round } from '../part.ts';

const CLI = fileURLToPath(new URL('../../../apps/bot/dist/cli.js', import.meta.url));
const DOMAIN = 'example.com';
/** As the launcher and the deployments start the bot. */
const SMALL = ['--max-semi-space-size=8', '--heap-growing-percent=30'];

/** How many people the workspace has. */
const PEOPLE = { quick: 5000, whole: 100_000 };
/** How many of them are asked at once: as many as the mass brake lets through in a minute. */
const ASKED = 200;
/** How long the bot is left alone before it is measured, in ms. */
const SETTLING = { quick: 2000, whole: 20_000 };
/** How long the questions may take, in ms. */
const PATIENCE = 600_000;

/** How the bot finds people: by their address, or by their name in the list of all. */
const WAYS = { address: { SECURITYBOT_EMAIL_DOMAIN: DOMAIN }, name: {} } as const;

/** What a metric of the process says; `undefined` while it does not answer. */
async function metric(port: number, name: string): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
  const line = (await answer?.text())?.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${PATIENCE} ms`);
    await delay(200);
  }
}

interface Asked {
  readonly ground: Ground;
  readonly slack: SlackServer;
  readonly duo: DuoServer;
  readonly logins: readonly string[];
  readonly way: keyof typeof WAYS;
  readonly settleMs: number;
}

/** The resident memory, in MB, of a reference bot that has asked those people, and waits for their answers. */
async function residentAfter({ ground, slack, duo, logins, way, settleMs }: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-bench-'));
  const config = join(folder, 'bot.yaml');
  writeFileSync(config, 'flood: { people-per-minute: 1000000 }\n'); // none of these is to be stopped at its edge
  const port = await freePort();
  const child = spawn(process.execPath, [...SMALL, CLI, 'start'], {
    stdio: 'ignore', // it tells how to sign in
    env: {
      PATH: process.env.PATH,
      MALLOC_ARENA_MAX: '2',
      HOME: process.env.HOME,
      SECURITYBOT_DATABASE_URL: ground.url,
      SECURITYBOT_CONFIG: config,
      SECURITYBOT_HTTP_PORT: '0',
      SECURITYBOT_METRICS_PORT: String(port),
      SECURITYBOT_LOG_LEVEL: 'error',
      SECURITYBOT_REPORTING_CHANNEL: '#security',
      ...slackEnvironment(slack),
      ...duoEnvironment(duo),
      ...WAYS[way],
    },
  });
  const ended = once(child, 'exit');
  try {
    const before = slack.calls.length;
    const sent = () => slack.calls.slice(before).filter(({ method, ok }) => method === 'chat.postMessage' && ok).length;
    await until('the bot', async () => (await metric(port, 'process_resident_memory_bytes')) !== undefined);
    await insertAlerts(ground, logins);
    await until('a question to each', () => sent() >= logins.length);
    await delay(settleMs);
    return ((await metric(port, 'process_resident_memory_bytes')) ?? Number.NaN) / 1e6;
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** What a bot with a real chat holds in memory while many wait. */
export const memory: Part = {
  name: 'memory',
  about:
    'resident memory of the reference bot with Slack: 100,000 open questions and a workspace of 100,000 people (quick: 5000), of whom 200 are asked at once, found by address or by name; beside one person and an empty database',
  async measure(engine, { quick }, progress) {
    const scale = quick ? 'quick' : 'whole';
    const figures: Figure[] = [];
    const [full, empty] = [await engine.create(), await engine.create()];
    const slack = await createSlackServer({ limits: false });
    const duo = await createDuoServer();
    try {
      slack.addChannel('security');
      for (const name of ['ann', 'bob']) slack.addPerson({ name, email: `${name}@${DOMAIN}` });
      const common = { slack, duo, settleMs: SETTLING[scale] };
      const floors = {
        address: await residentAfter({ ...common, ground: empty, logins: ['ann'], way: 'address' }),
        name: await residentAfter({ ...common, ground: empty, logins: ['bob'], way: 'name' }),
      };
      await fill(full, 'open', PEOPLE[scale], progress);
      const login = (n: number) => `somebody-${n}`;
      slack.addPeople(PEOPLE[scale], (n) => ({ name: login(n), email: `${login(n)}@${DOMAIN}` }));
      let asked = 0;
      for (const way of ['address', 'name'] as const) {
        const from = asked;
        asked += ASKED;
        const logins = Array.from({ length: ASKED }, (_, n) => login(from + n));
        const value = await residentAfter({ ...common, ground: full, logins, way });
        progress(`found by ${way}: ${round(value)} MB`);
        figures.push({
          engine: engine.name,
          figure: `resident memory, MB, ${PEOPLE[scale]} open, Slack of as many, found by ${way}`,
          value: round(value),
          floor: round(floors[way]),
          beside: 'one person, an empty database',
          must: 'below 200',
          reached: value < 200,
        });
      }
      return figures;
    } finally {
      await Promise.all([full.close(), empty.close(), slack.close(), duo.close()]);
    }
  },
};
