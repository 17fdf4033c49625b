import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { loadConfig } from '@securitybot/config';
import { createSecuritybot } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { connectAuth } from './auth-demo.ts';
import { connectChat } from './chat-terminal.ts';
import { setting } from './env.ts';
import { log, observe } from './log.ts';

const config = await loadConfig('config/bot.yaml');
const { chat, reportingChannel, people, run } = await connectChat();
const database = await openDatabase(setting('SECURITYBOT_DATABASE_URL', 'sqlite:securitybot.db'));
await migrate(database, { log: (line) => log('info', line) });
const tasker = createSqlTasker(database, {
  onReject: (reject) => log('error', `left out: ${JSON.stringify(reject)}`),
});
const blacklist = createSqlBlacklist(database);
const { auth, run: runAuth, close: closeAuth } = await connectAuth({ database, chat, reportingChannel });

const bot = createSecuritybot({ chat, auth, tasker, blacklist }, { ...config, reportingChannel, people, observe });
await bot.start();
log('info', `running: ${chat.name}, ${auth.name}, ${database.engine}`);

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});
runAuth?.(bot).catch(() => {}); // the end of what is typed there is not the end of the bot
await (run ? Promise.race([run(bot), stopped]) : stopped);

await bot.stop();
await closeAuth?.();
await database.close();
log('info', 'stopped');
