import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openEngines } from './engines.ts';
import { CONNECTIONS, measureFloor } from './floor.ts';
import { measureWhole } from './whole.ts';

const HELP = `npm run bench -- [options]

Alerts through the whole conversation a second, beside the raw floor of the same run (the least such alerts cost by the
bare driver over ${CONNECTIONS} connections). Compare the ratios: machines differ, and are noisy.

  --alerts N   how many (default: 500)
  --rounds N   how often, floor and whole in turn; the median counts (default: 3)
  --json       for machines
  --help       this text`;

const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function count(name: 'alerts' | 'rounds'): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`bench: --${name} is "${values[name]}". Give a whole number from 1.`);
  process.exit(2);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const [alerts, rounds] = [count('alerts'), count('rounds')];
  const { engines, missing } = await openEngines();
  for (const reason of missing) console.error(`skipped ${reason}`);
  const rows = [];
  for (const engine of engines) {
    console.error(`measuring on ${engine.name} …`);
    const floors: number[] = [];
    const wholes: Awaited<ReturnType<typeof measureWhole>>[] = [];
    wholes.push(await measureWhole(engine, Math.min(alerts, 50))); // makes the tables, and warms up
    wholes.pop();
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await measureFloor(engine, alerts));
      wholes.push(await measureWhole(engine, alerts));
    }
    await engine.close();
    rows.push({
      engine: engine.name,
      floorPerSecond: Math.round(median(floors)),
      wholePerSecond: Math.round(median(wholes.map(({ alertsPerSecond }) => alertsPerSecond))),
      ratio: Number(
        median(wholes.map(({ alertsPerSecond }, i) => alertsPerSecond / (floors[i] ?? Number.NaN))).toFixed(3),
      ),
      statementsPerAlert: Number(median(wholes.map(({ statementsPerAlert }) => statementsPerAlert)).toFixed(1)),
      commitsPerAlert: Number(median(wholes.map(({ commitsPerAlert }) => commitsPerAlert)).toFixed(1)),
    });
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}`;
  if (values.json) console.log(JSON.stringify({ machine, alerts, rounds, rows }, null, 2));
  else {
    console.log(`${alerts} alerts, median of ${rounds} rounds, on ${machine}`);
    console.table(rows);
  }
}

if (values.help) console.log(HELP);
else await main();
