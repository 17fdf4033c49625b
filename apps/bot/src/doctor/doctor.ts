import { ConfigError, loadConfig } from '@securitybot/config';
import type { SqlDatabase } from '@securitybot/sql';
import { surveyEnvironment } from '../environment.js';
import { checkEffects, checkHalves, checkPeople, checkRejects, checkStuck } from './alerts.js';
import { checkClock, checkSchema, openForLooking } from './database.js';
import type { Finding } from './finding.js';
import { checkAuth, checkChat } from './plugins.js';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function checkConfiguration(path: string): Promise<Finding> {
  const check = 'configuration';
  try {
    await loadConfig(path);
    return { check, level: 'ok', text: `${path} can be used` };
  } catch (error) {
    if (!(error instanceof ConfigError)) return { check, level: 'fail', text: messageOf(error) };
    return {
      check,
      level: 'fail',
      text: `${path} cannot be used`,
      advice: 'Mend these lines; until then, the bot does not start.',
      items: error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
    };
  }
}

/** One broken thing must not hide the others. */
async function guarded(check: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [{ check, level: 'fail', text: messageOf(error) }];
  }
}

async function checkContent(database: SqlDatabase): Promise<Finding[]> {
  const checks = {
    halves: checkHalves,
    rejected: checkRejects,
    stuck: checkStuck,
    effects: checkEffects,
    people: checkPeople,
  };
  const findings: Finding[] = [];
  for (const [name, look] of Object.entries(checks))
    findings.push(...(await guarded(name, async () => look(database))));
  return findings;
}

async function checkDatabase(url: string): Promise<Finding[]> {
  const { database, finding } = await openForLooking(url);
  if (!database) return [finding];
  try {
    const { usable, finding: schema } = await checkSchema(database);
    return [
      finding,
      schema,
      ...(await guarded('clock', () => checkClock(database))),
      ...(usable ? await checkContent(database) : []),
    ];
  } finally {
    await database.close();
  }
}

/** Looks at everything a bot needs, as far as the environment says where, and changes nothing. */
export async function examine(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { environment, problems, doubts, isChatReadable, isAuthReadable } = surveyEnvironment(env);
  const check = 'environment';
  return [
    ...problems.map((text): Finding => ({ check, level: 'fail', text })),
    ...doubts.map((text): Finding => ({ check, level: 'warn', text })),
    await checkConfiguration(environment.configPath),
    ...(await guarded('database', () => checkDatabase(environment.databaseUrl))),
    ...(isChatReadable ? await guarded('chat', () => checkChat(environment)) : []),
    ...(isAuthReadable ? await guarded('auth', () => checkAuth(environment)) : []),
  ];
}
