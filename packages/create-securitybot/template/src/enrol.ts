import { userInfo } from 'node:os';
import { issueEnrolment } from '@securitybot/auth-webauthn';
import { migrate, openDatabase } from '@securitybot/sql';
import { setting } from './env.ts';

/** Issues a link with which somebody adds a passkey. The security team is told of it, and of the passkey. */
const [, , login] = process.argv;
if (!login) throw new Error('Whose passkey? npm run enrol -- ann');

const database = await openDatabase(setting('SECURITYBOT_DATABASE_URL', 'sqlite:securitybot.db'));
await migrate(database);
const options = { database, origin: setting('SECURITYBOT_PASSKEY_ORIGIN') };
const { url, expiresAt } = await issueEnrolment(options, { login, by: userInfo().username });
console.log(`${url}\n\nGood once, until ${new Date(expiresAt).toISOString()}.`);
console.log('Give it to the person on a way that their chat account has no part in.');
await database.close();
