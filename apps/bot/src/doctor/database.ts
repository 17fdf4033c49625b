import { existsSync } from 'node:fs';
import { formatDuration, isPluginError } from '@securitybot/core';
import { openDatabase, planMigration, type SqlDatabase, serverVersion } from '@securitybot/sql';
import type { Finding } from './finding.js';

/** More than this between two clocks is worth a word: deadlines run on the database's, events on the detectors'. In ms. */
const CLOCK_TOLERANCE_MS = 5000;

const ENGINES = { sqlite: 'SQLite', mysql: 'MySQL', mariadb: 'MariaDB', postgres: 'PostgreSQL' } as const;

/** To look must not make one. */
function isMissingFile(url: string): boolean {
  const path = /^sqlite:(?:\/\/)?(.*)$/i.exec(url)?.[1];
  return path !== undefined && path !== ':memory:' && !existsSync(path);
}

/** Opens the database; undefined where there is none to look at. */
export async function openForLooking(url: string): Promise<{ database?: SqlDatabase; finding: Finding }> {
  const check = 'database';
  if (isMissingFile(url)) {
    const advice = 'securitybot start makes it, and so does securitybot migrate. Or is SECURITYBOT_DATABASE_URL wrong?';
    return { finding: { check, level: 'warn', text: `${url} is not there yet`, advice } };
  }
  let database: SqlDatabase | undefined;
  try {
    database = await openDatabase(url);
    const version = await serverVersion(database);
    return { database, finding: { check, level: 'ok', text: `${ENGINES[database.engine]} ${version}` } };
  } catch (error) {
    await database?.close();
    // A PluginError says what to do itself.
    return { finding: { check, level: 'fail', text: error instanceof Error ? error.message : String(error) } };
  }
}

/** Whether the schema is what this version needs; `usable`: the rest can be looked at. */
export async function checkSchema(database: SqlDatabase): Promise<{ usable: boolean; finding: Finding }> {
  const check = 'schema';
  try {
    const plan = await planMigration(database);
    const changes = plan.filter(({ kind }) => kind === 'change');
    if (plan.length === 0) return { usable: true, finding: { check, level: 'ok', text: 'it is up to date' } };
    return {
      usable: false,
      finding: {
        check,
        level: 'warn',
        text: `it has to be migrated, in ${changes.length === 1 ? 'one step' : `${changes.length} steps`}; alerts, mutes and opt-outs were not looked at`,
        advice: 'Run securitybot migrate; securitybot start does the same.',
        items: plan.map(({ text }) => text),
      },
    };
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return { usable: false, finding: { check, level: 'fail', text: error.message } };
  }
}

/** The database's clock beside this machine's. `now`: this machine's, in ms since the epoch. */
export async function checkClock(database: SqlDatabase, now: () => number = Date.now): Promise<Finding> {
  const before = now();
  const theirs = (await database.now()).getTime();
  const after = now();
  // It was read at some moment between the two.
  const offset = theirs < before ? theirs - before : Math.max(0, theirs - after);
  if (Math.abs(offset) <= CLOCK_TOLERANCE_MS)
    return { check: 'clock', level: 'ok', text: 'the database and this machine agree' };
  return {
    check: 'clock',
    level: 'warn',
    text: `the database's clock is ${formatDuration(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} this machine's`,
    advice: "Deadlines and mutes run on the database's clock. Have both machines keep time by NTP.",
  };
}
