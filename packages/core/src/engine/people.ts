import type { ChatUser, FoundUser, UserQuery } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Person } from '../conversation/types.js';
import { normalise } from '../policy/policy.js';
import { bounded, type EngineContext } from './context.js';

/** A look-up that takes longer has failed, in ms. */
const LOOKUP_MS = 30_000;

/** What a conversation keeps of a person. */
export function personOf({ name, username, timeZone }: ChatUser): Person {
  return { name, username, ...(timeZone === undefined ? {} : { timeZone }) };
}

/** What a chat found, as the contract has it; whatever else it says is no answer. */
async function find(context: EngineContext, doing: string, by: () => UserQuery): Promise<FoundUser> {
  const found: Partial<{ user: ChatUser; none: string }> | undefined = await bounded(context, doing, LOOKUP_MS, () =>
    context.chat.findUser(by()),
  );
  const { user, none } = found ?? {};
  // Conversations with nobody are called so: no chat user may be taken for one.
  if (user && /^(login|flood):/.test(user.id)) return { none: 'ineligible' };
  if (user?.id) return { user };
  if (none === 'unknown' || none === 'ambiguous' || none === 'ineligible') return { none };
  throw new PluginError(
    'UNAVAILABLE',
    `${doing}: the chat "${context.chat.name}" told neither a user nor why there is none.`,
  );
}

export function findById(context: EngineContext, id: string): Promise<FoundUser> {
  return find(context, `Looking up chat user ${id}`, () => ({ id }));
}

/** Who a login is. */
export function findByLogin(context: EngineContext, login: string): Promise<FoundUser> {
  return find(context, `Looking up login ${login}`, () => context.people.find(login));
}

/** The login of a chat user, believed only if looking it up leads back to them. */
export async function loginOf(context: EngineContext, user: ChatUser): Promise<string | undefined> {
  const said = context.people.login(user);
  const login = said === undefined ? '' : normalise(said);
  if (login === '') return undefined;
  const found = await findByLogin(context, login);
  return 'user' in found && found.user.id === user.id ? login : undefined;
}
