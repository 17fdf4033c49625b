import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { loadConfig } from '@securitybot/config';
import { createSecuritybot } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createDemoAuth, createTerminal, createTerminalChat } from '@securitybot/terminal';
import type { Environment } from './environment.js';
import { createLogger, logObservations } from './log.js';
import { untilStopped } from './stop.js';

/** The reference bot: read the environment, make the four parts, hand them to createSecuritybot, run. */
export async function main(environment: Environment): Promise<void> {
  const log = createLogger(environment);
  const config = await loadConfig(environment.configPath);

  const database = await openDatabase(environment.databaseUrl);
  try {
    await migrate(database, { log: (line) => log.info(line) });

    const terminal = createTerminal({ user: environment.terminalUser });
    const chat = createTerminalChat(terminal);
    const auth = createDemoAuth(terminal);
    const tasker = createSqlTasker(database, {
      onReject: (reject) => log.error(reject, 'alert cannot be asked about'),
    });
    const blacklist = createSqlBlacklist(database);

    const bot = createSecuritybot(
      { chat, auth, tasker, blacklist },
      { ...config, reportingChannel: environment.reportingChannel, observe: logObservations(log) },
    );
    await bot.start();
    log.info({ chat: chat.name, auth: auth.name, database: database.engine }, 'securitybot is running');

    await untilStopped(terminal.run(bot), log);
    await bot.stop();
    log.info('securitybot has stopped');
  } finally {
    await database.close();
  }
}
