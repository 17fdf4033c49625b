import type { Role } from './roles.js';

/** Who asks. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** By a session in a browser, or by a token. */
  readonly how: 'session' | 'token';
  /** Of the session or the token, never secret: what rate limits go by. */
  readonly key: string;
  /** When it ends: ms since the epoch, UTC. */
  readonly until: number;
  /** What a change has to come with; absent where a browser cannot be made to send the credential. */
  readonly csrf?: string;
}
