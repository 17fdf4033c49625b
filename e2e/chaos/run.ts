import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duoEnvironment, slackEnvironment } from '../src/environment.ts';
import { check, type Findings } from './checker.ts';
import { type ChaosDatabase, countClosed, createDatabase, type ServerName, writeAlert } from './database.ts';
import { makeMischief } from './mischief.ts';
import { createRandom, makePlan, type Plan } from './plan.ts';
import { createProxy } from './proxy.ts';
import { createReplicas } from './replicas.ts';
import { createWorld, DOMAIN, ROOM, type World } from './world.ts';

export interface RunOptions {
  readonly server: ServerName;
  readonly seed: number;
  readonly alerts: number;
  readonly replicas: number;
  /** Over how many ms the alerts come, and the trouble lasts. */
  readonly troubleMs: number;
  /** How long, in ms, what is left may then take. */
  readonly patienceMs: number;
  readonly tell: (line: string) => void;
}

export interface RunResult extends Findings {
  /** What went wrong, counted. */
  readonly mischief: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Where the replicas' logs are, if anything is amiss. */
  readonly logs?: string;
}

/** Working hours are always, and only silence has a short deadline: so what a person does alone decides how an alert ends. */
const CONFIG = `hours: { start: 00:00, end: 24:00, days: [mon, tue, wed, thu, fri, sat, sun], zone: UTC }
answer: { medium: 12h }
proof: { mute-after: 0s, pushes-per-alert: 10, pushes-per-hour: 100, permission: 12h }
patience: { second-factor: 10m }
flood: { people-per-minute: 1000000 }
titles: { left unanswered: { answer: 1m } }
`;

function environment(folder: string, url: string, { slack, duo }: World): Record<string, string> {
  const config = join(folder, 'bot.yaml');
  writeFileSync(config, CONFIG);
  return {
    SECURITYBOT_DATABASE_URL: url,
    SECURITYBOT_CONFIG: config,
    SECURITYBOT_HTTP: 'off',
    SECURITYBOT_REPORTING_CHANNEL: `#${ROOM}`,
    SECURITYBOT_EMAIL_DOMAIN: DOMAIN,
    ...slackEnvironment(slack),
    ...duoEnvironment(duo),
  };
}

async function optOut({ database: { db } }: ChaosDatabase, plan: Plan): Promise<void> {
  for (const { login, kind } of plan.people)
    if (kind === 'opted out') await db.insertInto('blacklist').values({ ldap: login }).execute();
}

/** One run on a database of its own: people, replicas, trouble; then quiet, and what came of it all. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { tell } = options;
  const begun = Date.now();
  const elapsed = () => Math.round((Date.now() - begun) / 1000);
  const random = createRandom(options.seed);
  const plan = makePlan(random, options.alerts);
  const database = await createDatabase(options.server);
  const proxy = await createProxy(database.url);
  const world = await createWorld(plan, createRandom(options.seed + 1));
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-chaos-'));
  await optOut(database, plan);
  const replicas = createReplicas(options.replicas, environment(folder, proxy.url, world), folder);
  let isFine = false;
  try {
    for (let index = 0; index < replicas.count; index += 1) replicas.start(index);
    const trouble = makeMischief({ world, replicas, database, proxy }, createRandom(options.seed + 2), (what) =>
      tell(`${elapsed()} s: ${what}`),
    );
    let written = 0;
    for (const alert of plan.alerts) {
      const due = begun + (options.troubleMs * 0.8 * written) / plan.alerts.length;
      await sleep(Math.max(0, due - Date.now()));
      await writeAlert(database.database, alert);
      written += 1;
      if (written === Math.floor(plan.alerts.length / 2)) await database.addColumn();
      if (written % 100 === 0) tell(`${elapsed()} s: ${written} alerts written`);
    }
    await sleep(Math.max(0, begun + options.troubleMs - Date.now()));
    await trouble.stop();
    tell(`${elapsed()} s: the trouble is over`);

    const end = Date.now() + options.patienceMs;
    let closed = await countClosed(database.database);
    while (closed < plan.alerts.length && Date.now() < end) {
      await sleep(1_000);
      closed = await countClosed(database.database);
      if (elapsed() % 10 === 0) tell(`${elapsed()} s: ${closed} of ${plan.alerts.length} alerts closed`);
    }
    await sleep(3_000); // the last reports
    await replicas.stopAll();
    const findings = await check(plan, world, database.database);
    const problems = [...findings.problems, ...replicas.died];
    isFine = problems.length === 0;
    return {
      ...findings,
      problems,
      mischief: trouble.counts,
      seconds: elapsed(),
      ...(isFine ? {} : { logs: folder }),
    };
  } finally {
    await replicas.stopAll();
    await world.close();
    await proxy.close();
    await database.drop();
    if (isFine) rmSync(folder, { recursive: true });
  }
}
