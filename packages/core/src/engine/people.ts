import type { ChatUser, FoundUser, UserQuery } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Person } from '../conversation/types.js';
import { normalise } from '../policy/policy.js';
import { reach } from './calls.js';
import type { EngineContext } from './context.js';

/** A look-up that takes longer has failed, in ms. */
const LOOKUP_MS = 30_000;

/** What a conversation keeps of a person. */
export function personOf({ name, username, timeZone }: ChatUser): Person {
  return { name, username, ...(timeZone === undefined ? {} : { timeZone }) };
}

/** What a chat found, as the contract has it; whatever else it says is no answer. */
async function find(context: EngineContext, doing: string, turn: number, by: () => UserQuery): Promise<FoundUser> {
  const call = { provider: 'chat', call: 'findUser', turn } as const;
  const found: Partial<{ user: ChatUser; none: string }> | undefined = await reach(
    context,
    call,
    doing,
    LOOKUP_MS,
    () => context.chat.findUser(by()),
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

export function findById(context: EngineContext, id: string, turn: number): Promise<FoundUser> {
  return find(context, `Looking up chat user ${id}`, turn, () => ({ id }));
}

/** Who a login is. */
export function findByLogin(context: EngineContext, login: string, turn: number): Promise<FoundUser> {
  return find(context, `Looking up login ${login}`, turn, () => context.people.find(login));
}

/** The login of a chat user, believed only if looking it up leads back to them. */
export async function loginOf(context: EngineContext, user: ChatUser, turn: number): Promise<string | undefined> {
  const said = context.people.login(user);
  const login = said === undefined ? '' : normalise(said);
  if (login === '') return undefined;
  const found = await findByLogin(context, login, turn);
  return 'user' in found && found.user.id === user.id ? login : undefined;
}
