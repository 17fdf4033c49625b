import { checkDuo } from '@securitybot/auth-duo';
import { checkWebauthn } from '@securitybot/auth-webauthn';
import { checkSlack, createSlackClients } from '@securitybot/chat-slack';
import { checkZulip } from '@securitybot/chat-zulip';
import type { Finding as PluginFinding } from '@securitybot/core';
import { openDatabase } from '@securitybot/sql';
import type { Environment } from '../environment.js';
import { passkeyOptions } from '../passkeys.js';
import { duoOptions, zulipOptions } from '../plugins.js';
import type { Finding } from './finding.js';

/** What a plugin found of its set-up, and whose it is. */
function named(check: string, name: string, findings: readonly PluginFinding[]): Finding[] {
  return findings.map(({ text, ...finding }) => ({ check, ...finding, text: `${name}: ${text}` }));
}

/** The chat that the environment names: its tokens or key, and the reporting channel. */
export async function checkChat({ slack, zulip, reportingChannel }: Environment): Promise<Finding[]> {
  const check = 'chat';
  if (slack) {
    const { web, app } = createSlackClients({ ...slack, connections: 0 });
    return named(check, 'Slack', await checkSlack({ web, app, reportingChannel }));
  }
  if (zulip) return named(check, 'Zulip', await checkZulip({ ...(await zulipOptions(zulip)), reportingChannel }));
  const text = `the terminal, a demo: it knows only whoever sits there, and shows reports as lines of ${reportingChannel}`;
  return [{ check, level: 'warn', text }];
}

/** The second factor that the environment names: whether its provider takes the keys. */
export async function checkAuth(environment: Environment): Promise<Finding[]> {
  const check = 'auth';
  const { duo, passkeys, databaseUrl } = environment;
  if (passkeys) {
    const database = await openDatabase(databaseUrl, { poolSize: 1 });
    const findings = await checkWebauthn(passkeyOptions(environment, database)).finally(database.close);
    return named(check, 'passkeys', findings);
  }
  if (duo) return named(check, 'Duo', await checkDuo(await duoOptions(duo)));
  const text = 'the demo factor: whoever types "approve" is believed, so it proves nothing';
  return [{ check, level: 'warn', text }];
}
