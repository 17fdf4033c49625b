import type { ChatUser, FoundUser, UserQuery } from '@securitybot/core';
import { normalise, PluginError } from '@securitybot/core';
import type { Api, CallOptions } from './api.js';
import { isNothing } from './errors.js';
import { type Json, numberOf, objectOf, textOf } from './json.js';

/** https://zulip.com/api/roles-and-permissions */
const GUEST = 600;

/** An id as the core knows it: a person's number in Zulip. */
export function isUserId(id: string): boolean {
  return /^[1-9]\d{0,14}$/.test(id);
}

interface Account {
  readonly user: ChatUser;
  /** A member of the organization, a person, active. */
  readonly isEligible: boolean;
}

/** A user object. https://zulip.com/api/get-user */
function readAccount(raw: Json): Account | undefined {
  const id = numberOf(raw.user_id);
  if (id === undefined) return undefined;
  // `email` is made up where somebody hides theirs; it is nobody's login.
  const email = textOf(raw.delivery_email);
  const username = email ?? textOf(raw.email) ?? String(id);
  const timeZone = textOf(raw.timezone);
  return {
    user: {
      id: String(id),
      username,
      name: textOf(raw.full_name) ?? username,
      ...(email === undefined ? {} : { email }),
      ...(timeZone === undefined ? {} : { timeZone }),
    },
    isEligible: raw.is_active === true && raw.is_bot === false && raw.role !== GUEST && raw.is_guest !== true,
  };
}

function found(account: Account | undefined): FoundUser {
  if (!account) return { none: 'unknown' };
  return account.isEligible ? { user: account.user } : { none: 'ineligible' };
}

/** Looks people up, each time anew: what Zulip says now is who they are. */
export function createPeople(api: Api): { find(by: UserQuery): Promise<FoundUser> } {
  async function ask(key: string, options: CallOptions): Promise<Account | undefined> {
    try {
      const { body } = await api.call('GET', `/users/${encodeURIComponent(key)}`, {}, options);
      const account = readAccount(objectOf(body.user));
      if (account) return account;
      throw new PluginError('UNAVAILABLE', 'zulip: GET /users told neither of a person nor that there is none');
    } catch (error) {
      if (isNothing(error)) return undefined;
      throw error;
    }
  }

  /** Zulip has no names to log in by, but addresses; and no two accounts of one address. */
  async function byEmail(text: string): Promise<Account | undefined> {
    const address = text.trim();
    if (!/^[^\s@/\\?#%\p{Cc}]+@[^\s@/\\?#%\p{Cc}]+$/u.test(address)) return undefined;
    const account = await ask(address, {});
    // Zulip also finds people by the address that it made up for them.
    return account && normalise(account.user.email ?? '') === normalise(address) ? account : undefined;
  }

  return {
    async find(by) {
      if ('id' in by) return found(isUserId(by.id) ? await ask(by.id, { first: true }) : undefined);
      return found(await byEmail('email' in by ? by.email : by.username));
    },
  };
}
