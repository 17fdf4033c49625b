import { checkDuo, createDuoAuth } from '@securitybot/auth-duo';
import { authority, setting } from './env.ts';
import { log } from './log.ts';
import type { AuthContext, AuthSide } from './sides.ts';

/** Duo push. */
export async function connectAuth(_: AuthContext): Promise<AuthSide> {
  const options = {
    integrationKey: setting('DUO_INTEGRATION_KEY'),
    secretKey: setting('DUO_SECRET_KEY'),
    host: setting('DUO_API_HOST'),
    ...(await authority('DUO_CA_FILE')),
  };
  // Keys that Duo refuses are told at once, and not with the first push.
  for (const { level, text } of await checkDuo(options)) {
    if (level !== 'ok') log(level === 'warn' ? 'warn' : 'error', `duo: ${text}`);
  }
  return { auth: createDuoAuth(options) };
}
