import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { loadConfig } from '@securitybot/config';
import { createSecuritybot } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { hangBell } from './bell.js';
import { openWritable } from './database.js';
import type { Environment } from './environment.js';
import { tryFrontend } from './frontend.js';
import { createLogger } from './log.js';
import { startPasskeys } from './passkeys.js';
import { patiently } from './patiently.js';
import { connectOutside } from './plugins.js';
import { stopOnSignal, untilStopped } from './stop.js';
import { startTelemetry } from './telemetry.js';

/** The reference bot: read the environment, make the four parts, hand them to createSecuritybot, run. */
export async function main(environment: Environment, say: (text: string) => void): Promise<void> {
  const log = createLogger(environment);
  const config = await loadConfig(environment.configPath);

  const stopping = stopOnSignal(log);
  const telemetry = await startTelemetry(environment, log);
  let database: SqlDatabase | undefined;
  try {
    const open = () => openWritable(environment.databaseUrl, log);
    database = await patiently('open the database', open, { log, stopping });
    if (!database) return;
    telemetry.read(database);

    const { chat, auth, people, run, close, demo } = await connectOutside(environment, database, log);
    const tasker = createSqlTasker(database, {
      onReject: (reject) => log.error(reject, 'alert cannot be asked about'),
    });
    const blacklist = createSqlBlacklist(database);

    const bot = createSecuritybot(
      { chat, auth, tasker, blacklist },
      { ...config, reportingChannel: environment.reportingChannel, people, observe: telemetry.observe },
    );
    await bot.start();
    const takeDownBell = await hangBell(bot.wake);
    const reports = startPasskeys(environment, database, chat, log);
    telemetry.started();
    const { frontend: settings } = environment;
    const frontend =
      settings && (await tryFrontend({ settings, environment, database, demo, onRaised: bot.wake, log, say }));
    log.info({ chat: chat.name, auth: auth.name, database: database.engine }, 'securitybot is running');

    await untilStopped(run(bot), stopping);
    telemetry.stopping();
    takeDownBell?.();
    await frontend?.stop();
    await reports.stop();
    await bot.stop();
    await close();
    log.info('securitybot has stopped');
  } finally {
    await database?.close();
    await telemetry.close();
  }
}
