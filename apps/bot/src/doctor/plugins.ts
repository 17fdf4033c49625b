import { checkDuo } from '@securitybot/auth-duo';
import { checkWebauthn } from '@securitybot/auth-webauthn';
import { checkSlack, createSlackClients } from '@securitybot/chat-slack';
import { checkZulip } from '@securitybot/chat-zulip';
import { openDatabase } from '@securitybot/sql';
import type { Environment } from '../environment.js';
import { passkeyOptions } from '../passkeys.js';
import { duoOptions, zulipOptions } from '../plugins.js';
import type { Finding } from './finding.js';

/** What a chat found wrong with its set-up; or that all is well. */
function findingsOf(problems: readonly { readonly message: string }[], well: string): Finding[] {
  const check = 'chat';
  if (problems.length === 0) return [{ check, level: 'ok', text: well }];
  return problems.map(({ message }) => ({ check, level: 'fail', text: message }));
}

/** The chat that the environment names: its tokens or key, and the reporting channel. */
export async function checkChat({ slack, zulip, reportingChannel }: Environment): Promise<Finding[]> {
  if (slack) {
    const { web, app } = createSlackClients({ ...slack, connections: 0 });
    const problems = await checkSlack({ web, app, reportingChannel });
    return findingsOf(problems, `Slack takes both tokens, and the bot is in ${reportingChannel}`);
  }
  if (zulip) {
    const problems = await checkZulip({ ...(await zulipOptions(zulip)), reportingChannel });
    return findingsOf(problems, `Zulip takes the key, and the bot sees ${reportingChannel}`);
  }
  const text = `the terminal, a demo: it knows only whoever sits there, and shows reports as lines of ${reportingChannel}`;
  return [{ check: 'chat', level: 'warn', text }];
}

/** The second factor that the environment names: whether its provider takes the keys. */
export async function checkAuth(environment: Environment): Promise<Finding[]> {
  const check = 'auth';
  const { duo, passkeys, databaseUrl } = environment;
  if (passkeys) {
    const database = await openDatabase(databaseUrl, { poolSize: 1 });
    const findings = await checkWebauthn(passkeyOptions(environment, database)).finally(database.close);
    return findings.map(({ level, text }) => ({ check, level, text: `passkeys: ${text}` }));
  }
  if (!duo) {
    const text = 'the demo factor: whoever types "approve" is believed, so it proves nothing';
    return [{ check, level: 'warn', text }];
  }
  const findings = await checkDuo(await duoOptions(duo));
  return findings.map(({ level, text }) => ({ check, level, text: `Duo: ${text}` }));
}
