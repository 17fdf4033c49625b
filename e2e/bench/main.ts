import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchEngine, findEngines } from './engines.ts';
import type { Figure, Part, Scale } from './part.ts';
import { api } from './parts/api.ts';
import { growth } from './parts/growth.ts';
import { latency } from './parts/latency.ts';
import { memory } from './parts/memory.ts';
import { replicas } from './parts/replicas.ts';
import { throughput } from './parts/throughput.ts';
import { waiting } from './parts/waiting.ts';

const PARTS: readonly Part[] = [throughput, replicas, waiting, memory, latency, growth, api];

const HELP = `npm run bench -- [options] [part …]

Measures on every engine that answers, each figure beside its floor of the same run. Compare the ratios: machines differ,
and are noisy. What was found, and on what machine, is in docs/performance.md.

Parts (without one: all):
${PARTS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}

  --quick        less of everything: for a first look
  --engine NAME  sqlite, mariadb, mysql or postgresql; may be repeated
  --alerts N     alerts a round (5000; quick: 1000)
  --rounds N     how often floor and figure are measured in turn; the median counts (5; quick: 1)
  --json         for machines, on stdout; progress is on stderr
  --help         this text`;

class Misuse extends Error {}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        engine: { type: 'string', multiple: true, default: [] },
        alerts: { type: 'string' },
        rounds: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, given: string | undefined, otherwise: number): number {
  const number = given === undefined ? otherwise : Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Misuse(`--${name} is "${given}". Give a whole number from 1.`);
}

/** What was asked for by name, of what there is; without a name, all. */
function chosen<T extends { readonly name: string }>(what: string, all: readonly T[], names: readonly string[]) {
  return names.length === 0
    ? all
    : names.map((name) => {
        const found = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
        if (found) return found;
        throw new Misuse(`there is no ${what} "${name}"; there are ${all.map((each) => each.name).join(', ')}.`);
      });
}

async function measureAll(parts: readonly Part[], engines: readonly BenchEngine[], scale: Scale) {
  const figures: Figure[] = [];
  for (const part of parts) {
    for (const engine of engines) {
      console.error(`${part.name} on ${engine.name} …`);
      figures.push(...(await part.measure(engine, scale, (line) => console.error(`  ${line}`))));
    }
  }
  return figures;
}

async function main(): Promise<void> {
  const { values, positionals } = parse();
  if (values.help) return console.log(HELP);
  const parts = chosen('part', PARTS, positionals);
  const { quick } = values;
  const alerts = count('alerts', values.alerts, quick ? 1000 : 5000);
  const rounds = count('rounds', values.rounds, quick ? 1 : 5);
  const found = await findEngines();
  for (const reason of found.missing) console.error(`skipped ${reason}`);
  const engines = chosen('engine', found.engines, values.engine);
  const figures = await measureAll(parts, engines, { alerts, rounds, quick });
  const gib = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${gib} GiB, Node.js ${process.versions.node}`;
  if (values.json) return console.log(JSON.stringify({ machine, alerts, rounds, figures }, null, 2));
  console.log(`${alerts} alerts, median of ${rounds} rounds, on ${machine}`);
  console.table(figures.map(({ reached, ...figure }) => ({ ...figure, '': reached ? 'reached' : 'NOT reached' })));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(`bench: ${error.message} (--help tells more)`);
  process.exitCode = 2;
}
