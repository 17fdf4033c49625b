import { createDemoAuth } from '@securitybot/terminal';
import { terminal } from './chat-terminal.ts';
import type { AuthContext, AuthSide } from './sides.ts';

/** A pretend phone on this terminal. It proves nothing: whoever types `approve` is believed. */
export async function connectAuth(_: AuthContext): Promise<AuthSide> {
  return { auth: createDemoAuth(terminal) };
}
