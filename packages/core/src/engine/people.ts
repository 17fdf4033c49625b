import type { ChatUser, FoundUser } from '../contracts/chat.js';
import type { Person } from '../conversation/types.js';
import { normalise } from '../policy/policy.js';
import { bounded, type EngineContext } from './context.js';

/** A look-up that takes longer has failed, in ms. */
const LOOKUP_MS = 30_000;

/** What a conversation keeps of a person. */
export function personOf({ name, username, timeZone }: ChatUser): Person {
  return { name, username, ...(timeZone === undefined ? {} : { timeZone }) };
}

export function findById(context: EngineContext, id: string): Promise<FoundUser> {
  return bounded(context, `Looking up chat user ${id}`, LOOKUP_MS, () => context.chat.findUser({ id }));
}

/** Who a login is. */
export function findByLogin(context: EngineContext, login: string): Promise<FoundUser> {
  return bounded(context, `Looking up login ${login}`, LOOKUP_MS, () =>
    context.chat.findUser(context.people.find(login)),
  );
}

/** The login of a chat user, believed only if looking it up leads back to them. */
export async function loginOf(context: EngineContext, user: ChatUser): Promise<string | undefined> {
  const said = context.people.login(user);
  const login = said === undefined ? '' : normalise(said);
  if (login === '') return undefined;
  const found = await findByLogin(context, login);
  return 'user' in found && found.user.id === user.id ? login : undefined;
}
