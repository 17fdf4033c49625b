import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot, defaultCommands } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createTerminal, createTerminalChat } from '@securitybot/terminal';
import { createCodeAuth } from './auth.ts';
import { codeCommand, codeMessages, enterCode } from './command.ts';
import { readSecrets } from './secrets.ts';

const database = await openDatabase('sqlite:securitybot.db');
await migrate(database);
const tasker = createSqlTasker(database);
const blacklist = createSqlBlacklist(database);

const terminal = createTerminal({ user: 'ann' });
const chat = createTerminalChat(terminal);
const auth = createCodeAuth({ path: 'codes.db', secretOf: (subject) => readSecrets().get(subject) });

const bot = createSecuritybot(
  { chat, auth, tasker, blacklist },
  {
    reportingChannel: '#security',
    messages: codeMessages,
    commands: [...defaultCommands, codeCommand],
    functions: { code: enterCode(auth) },
  },
);
await bot.start();
await terminal.run(bot);
await bot.stop();
auth.close();
await database.close();
