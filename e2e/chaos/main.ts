import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ServerName } from './database.ts';
import { run } from './run.ts';

const HELP = `npm run chaos -- [options]

Runs replicas of the built bot on a real database, against a strict Slack and a strict Duo, with people who answer in all
ways; kills, pauses and replaces replicas, takes database, Slack and Duo away, delivers again, and then holds what came of
every alert to what its person did. Ends with 1 if a promise was broken.

  --server NAME   mysql (MariaDB, too) or postgres; may be given twice (default: both)
  --alerts N      how many (default: 2000)
  --replicas N    how many (default: 4)
  --minutes N     how long the alerts come and the trouble lasts (default: 10)
  --patience N    how many minutes what is left may then take (default: 10)
  --seed N        the same people, alerts and trouble as in the run that printed it (when each strikes depends on the machine)
  --json          what came of it, for machines
  --help          this text

SECURITYBOT_TEST_MYSQL_URL and SECURITYBOT_TEST_POSTGRES_URL name the servers.`;

const { values } = parseArgs({
  options: {
    server: { type: 'string', multiple: true, default: ['mysql', 'postgres'] },
    alerts: { type: 'string', default: '2000' },
    replicas: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '10' },
    patience: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function number(name: 'alerts' | 'replicas' | 'minutes' | 'patience' | 'seed', least: number): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= least) return value;
  console.error(`chaos: --${name} is "${values[name]}". Give a number from ${least}.`);
  process.exit(2);
}

function serverName(name: string): ServerName {
  if (name === 'mysql' || name === 'postgres') return name;
  console.error(`chaos: --server is "${name}". Give mysql or postgres.`);
  process.exit(2);
}

async function main(): Promise<void> {
  const seed = number('seed', 0);
  let isBroken = false;
  for (const server of values.server.map(serverName)) {
    console.error(`${server}, seed ${seed}`);
    const result = await run({
      server,
      seed,
      alerts: number('alerts', 1),
      replicas: number('replicas', 2),
      troubleMs: number('minutes', 0.1) * 60_000,
      patienceMs: number('patience', 0.1) * 60_000,
      tell: (line) => console.error(line),
    });
    isBroken ||= result.problems.length > 0;
    if (values.json) console.log(JSON.stringify({ server, seed, ...result }));
    else {
      console.log(
        `${server}, seed ${seed}, ${result.seconds} s: ${result.messages} messages, ${result.repeated} repeated`,
      );
      console.table(result.verdicts);
      console.table(result.mischief);
      for (const problem of result.problems) console.log(`BROKEN: ${problem}`);
      if (result.logs) console.log(`The replicas' logs are in ${result.logs}`);
    }
  }
  process.exitCode = isBroken ? 1 : 0;
}

if (values.help) console.log(HELP);
else await main();
