import { type Clock, type FoundUser, PluginError, type UserQuery } from '@securitybot/core';
import type { Api } from './api.js';
import { isUserId } from './buttons.js';
import { createCache } from './cache.js';
import type { Delays } from './delays.js';
import { answerOf } from './errors.js';
import type { WhoAmI } from './identity.js';
import { type Json, objectOf, textOf } from './json.js';
import type { Names } from './names.js';
import { type Account, readAccount, sameText } from './users.js';

/** What is known of a person is believed for so long, in ms; and no longer than until Slack tells of a change. */
const KEEP_MS = 300_000;
const MOST_PEOPLE = 5000;
/** "Nobody has that name" is believed of a list that is no older than this, in ms. */
const MISS_MS = 600_000;
/** How long one call for a login waits for Slack's limits, in ms: the engine waits 30 s for the whole look-up. */
const PATIENCE_MS = 8000;

export interface People {
  find(by: UserQuery): Promise<FoundUser>;
  /** Somebody joined or changed, as an event tells: a user object. */
  changed(raw: unknown): void;
}

function found(account: Account | undefined): FoundUser {
  if (!account) return { none: 'unknown' };
  return account.isEligible ? { user: account.user } : { none: 'ineligible' };
}

export function createPeople(api: Api, clock: Clock, whoAmI: WhoAmI, names: Names, delays: Delays): People {
  const accounts = createCache<Account | undefined>(clock, MOST_PEOPLE, KEEP_MS);
  const emails = createCache<string | undefined>(clock, MOST_PEOPLE, KEEP_MS);

  /** A user object; `undefined` where Slack knows nobody. */
  async function ask(method: string, options: Json, patienceMs: number): Promise<Json | undefined> {
    try {
      const { user } = await api.patiently(patienceMs, method, options);
      if (textOf(objectOf(user).id) !== undefined) return objectOf(user);
      throw new PluginError('UNAVAILABLE', `slack: ${method} told neither of a person nor that there is none`);
    } catch (error) {
      const answer = answerOf(error);
      if (answer === 'user_not_found' || answer === 'users_not_found' || answer === 'user_not_visible')
        return undefined;
      throw error;
    }
  }

  async function byId(id: string, patienceMs = PATIENCE_MS): Promise<Account | undefined> {
    if (!isUserId(id)) return undefined;
    const load = async () => {
      const info = ask('users.info', { user: id, include_locale: true }, patienceMs);
      const [identity, raw] = await Promise.all([whoAmI(), info]);
      return raw && readAccount(raw, identity);
    };
    return accounts.get(id, load, (account) => account !== undefined);
  }

  /** Slack's look-up tells no locale, and is asked seldom: it gives the id, and the rest is looked up by that. */
  async function byEmail(email: string): Promise<Account | undefined> {
    const address = email.trim().toLowerCase();
    if (!/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(address)) return undefined;
    const lookUp = async () => textOf((await ask('users.lookupByEmail', { email: address }, PATIENCE_MS))?.id);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const id = await emails.get(address, lookUp, (found) => found !== undefined);
      const account = id === undefined ? undefined : await byId(id);
      // Theirs no more: somebody else's by now, perhaps.
      if (!account || sameText(account.user.email, address)) return account;
      emails.forget(address);
    }
    return undefined;
  }

  /** Those who have that name now, as far as the list knows. */
  async function named(name: string): Promise<readonly Account[]> {
    const ids = await names.idsOf(name);
    const all = await Promise.all(ids.map((id) => byId(id)));
    return all.flatMap((account) => (account && sameText(account.user.username, name) ? [account] : []));
  }

  async function byName(name: string): Promise<FoundUser> {
    if (name.trim() === '') return { none: 'unknown' };
    let all = await named(name);
    if (all.length === 0 && names.ageMs() > MISS_MS) {
      await names.readAnew();
      all = await named(name);
    }
    // Names are unique within a workspace: one of another workspace says nothing here, nor does who has left.
    const ours = all.filter(({ isOurs }) => isOurs);
    const active = ours.filter(({ isDeactivated }) => !isDeactivated);
    if (active.length > 1) return { none: 'ambiguous' };
    return found(active[0] ?? ours[0] ?? all[0]);
  }

  return {
    async find(by) {
      // Who has just said something: they wait for an acknowledgement, and the engine may know them.
      if ('id' in by) return found(await byId(by.id, 0));
      const whom = JSON.stringify(by);
      delays.begin(whom);
      try {
        const answer = 'email' in by ? found(await byEmail(by.email)) : await byName(by.username);
        delays.end(whom, true);
        return answer;
      } catch (error) {
        delays.end(whom, !(error instanceof PluginError && error.code === 'RATE_LIMITED'));
        throw error;
      }
    },
    changed(raw) {
      const { id, name } = objectOf(raw);
      if (typeof id !== 'string') return;
      accounts.forget(id);
      if (typeof name === 'string') names.learn(name, id);
    },
  };
}
