import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createDemoAuth, createTerminal, createTerminalChat } from '@securitybot/terminal';

const database = await openDatabase('sqlite:securitybot.db');
await migrate(database);
const tasker = createSqlTasker(database);
const blacklist = createSqlBlacklist(database);

const terminal = createTerminal({ user: 'ann' });
const chat = createTerminalChat(terminal);
const auth = createDemoAuth(terminal);

const bot = createSecuritybot({ chat, auth, tasker, blacklist }, { reportingChannel: '#security' });
await bot.start();
await terminal.run(bot);
await bot.stop();
await database.close();
