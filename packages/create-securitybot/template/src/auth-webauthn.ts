import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { checkWebauthn, createWebauthnAuth, createWebauthnPages, reportPasskeys } from '@securitybot/auth-webauthn';
import { setting } from './env.ts';
import { log } from './log.ts';
import type { AuthContext, AuthSide } from './sides.ts';

/** How soon the security team is told of a passkey, in ms. */
const REPORT_MS = 10_000;

/** Passkeys, on pages that this process serves; put TLS in front of them. `npm run enrol -- ann` gives ann a link to add one. */
export async function connectAuth({ database, chat, reportingChannel }: AuthContext): Promise<AuthSide> {
  const options = { database, origin: setting('SECURITYBOT_PASSKEY_ORIGIN') };
  for (const { level, text } of await checkWebauthn(options)) {
    if (level !== 'ok') log(level === 'warn' ? 'warn' : 'error', `passkeys: ${text}`);
  }

  const pages = createWebauthnPages(options);
  const listener = getRequestListener(async (request) => (await pages(request)) ?? new Response(null, { status: 404 }));
  const server = createServer(listener);
  server.listen(Number(setting('SECURITYBOT_HTTP_PORT', '8888')), setting('SECURITYBOT_HTTP_HOST', '127.0.0.1'));
  await once(server, 'listening');

  let telling: Promise<unknown> = Promise.resolve();
  const tell = () => reportPasskeys(options, (report) => chat.send({ room: reportingChannel }, report));
  const timer = setInterval(() => {
    telling = telling.then(tell).catch((error) => log('warn', `a passkey is not reported yet: ${error}`));
  }, REPORT_MS);

  return {
    auth: createWebauthnAuth(options),
    async close() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
      await telling;
    },
  };
}
