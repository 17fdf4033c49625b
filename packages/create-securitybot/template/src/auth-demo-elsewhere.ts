import { createDemoAuth, createTerminal } from '@securitybot/terminal';
import { setting } from './env.ts';
import type { AuthContext, AuthSide } from './sides.ts';

/** A pretend phone on this terminal, for one login. It proves nothing: whoever types `approve` here is believed. */
export async function connectAuth(_: AuthContext): Promise<AuthSide> {
  if (setting('SECURITYBOT_DEMO_AUTH', '0') !== '1') {
    throw new Error(
      'The demo factor proves nothing, and people are asked in a real chat. Put a real one into src/auth.ts; or, only to try it out, set SECURITYBOT_DEMO_AUTH=1.',
    );
  }
  const phone = createTerminal({ user: setting('SECURITYBOT_TERMINAL_USER') });
  phone.listen(() =>
    phone.show('bot:', 'People answer in the chat. Type approve, deny or fraud when the phone rings.'),
  );
  return { auth: createDemoAuth(phone), run: phone.run, close: phone.close };
}
