import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { loadConfig } from '@securitybot/config';
import { createSecuritybot } from '@securitybot/core';
import { migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import type { Environment } from './environment.js';
import { createLogger } from './log.js';
import { connectOutside } from './plugins.js';
import { untilStopped } from './stop.js';
import { startTelemetry } from './telemetry.js';

/** The reference bot: read the environment, make the four parts, hand them to createSecuritybot, run. */
export async function main(environment: Environment): Promise<void> {
  const log = createLogger(environment);
  const config = await loadConfig(environment.configPath);

  const telemetry = await startTelemetry(environment, log);
  let database: SqlDatabase | undefined;
  try {
    database = await openDatabase(environment.databaseUrl);
    telemetry.read(database);
    await migrate(database, { log: (line) => log.info(line) });

    const { chat, auth, people, run } = await connectOutside(environment, log);
    const tasker = createSqlTasker(database, {
      onReject: (reject) => log.error(reject, 'alert cannot be asked about'),
    });
    const blacklist = createSqlBlacklist(database);

    const bot = createSecuritybot(
      { chat, auth, tasker, blacklist },
      { ...config, reportingChannel: environment.reportingChannel, people, observe: telemetry.observe },
    );
    await bot.start();
    telemetry.started();
    log.info({ chat: chat.name, auth: auth.name, database: database.engine }, 'securitybot is running');

    await untilStopped(run(bot), log);
    telemetry.stopping();
    await bot.stop();
    log.info('securitybot has stopped');
  } finally {
    await database?.close();
    await telemetry.close();
  }
}
