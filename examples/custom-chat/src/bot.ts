import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createDemoAuth, createTerminal } from '@securitybot/terminal';
import { createHouseChat } from './chat.ts';

const database = await openDatabase('sqlite:securitybot.db');
await migrate(database);
const tasker = createSqlTasker(database);
const blacklist = createSqlBlacklist(database);

const { HOUSE_URL = 'http://127.0.0.1:8899', HOUSE_TOKEN = 'the-token-of-the-bot' } = process.env;
const chat = createHouseChat({ url: HOUSE_URL, token: HOUSE_TOKEN, log: console.error });

// This terminal is ann's phone: it proves nothing, and is for trying out.
const phone = createTerminal({ user: 'ann' });
const auth = createDemoAuth(phone);
phone.listen(() => phone.show('bot:', 'People answer in the house. Type approve, deny or fraud when the phone rings.'));

const bot = createSecuritybot({ chat, auth, tasker, blacklist }, { reportingChannel: 'security' });
await bot.start();
await phone.run(bot);
await bot.stop();
await database.close();
