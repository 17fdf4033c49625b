import type { Auth, Chat, People, Securitybot } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';

/** Where people are asked. */
export interface ChatSide {
  readonly chat: Chat;
  /** Where the security team reads. */
  readonly reportingChannel: string;
  /** Who a login is. */
  readonly people: People;
  /** Resolves when there is nobody any more to talk to, which ends the bot. Absent: never. */
  run?(bot: Securitybot): Promise<void>;
}

/** What a second factor may need of the rest. */
export interface AuthContext {
  readonly database: SqlDatabase;
  readonly chat: Chat;
  readonly reportingChannel: string;
}

/** How people prove that it was them. */
export interface AuthSide {
  readonly auth: Auth;
  run?(bot: Securitybot): Promise<void>;
  close?(): Promise<void>;
}

/** A login is the account with the e-mail address login@domain: an address that only administrators can change. */
export function byEmail(domain: string): People {
  const suffix = `@${domain.toLowerCase()}`;
  return {
    find: (login) => ({ email: login + suffix }),
    login: ({ email = '' }) => (email.toLowerCase().endsWith(suffix) ? email.slice(0, -suffix.length) : undefined),
  };
}
