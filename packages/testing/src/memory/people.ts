import { type ChatUser, type FoundUser, normalise, type UserQuery } from '@securitybot/core';

/** Somebody in the memory chat. */
export interface MemoryPerson extends ChatUser {
  /** Deactivated, a bot, a guest: must not be asked. */
  readonly ineligible?: boolean;
}

/** A person from a login: `ann` is `U-ANN`, called Ann, `ann@example.com`. */
export function memoryPerson(username: string): MemoryPerson {
  const name = username.charAt(0).toUpperCase() + username.slice(1);
  return { id: `U-${username.toUpperCase()}`, username, name, email: `${username}@example.com` };
}

/** The people of a workspace, and how they are found. */
export interface People {
  add(person: MemoryPerson): void;
  /** By id or username. Throws an Error that lists who there is. */
  get(user: string): MemoryPerson;
  change(user: string, changes: Partial<Omit<MemoryPerson, 'id'>>): void;
  find(by: UserQuery): FoundUser;
}

export function createPeople(given: readonly (string | MemoryPerson)[]): People {
  const people = new Map<string, MemoryPerson>();
  for (const one of given) {
    const person = typeof one === 'string' ? memoryPerson(one) : one;
    people.set(person.id, person);
  }

  const get = (user: string): MemoryPerson => {
    const person = people.get(user) ?? [...people.values()].find(({ username }) => username === user);
    if (person) return person;
    const known = [...people.values()].map(({ id, username }) => `${username} (${id})`).join(', ');
    throw new Error(`Nobody in this workspace has the id or username "${user}". There are: ${known || 'none'}.`);
  };
  const matches = (person: MemoryPerson, by: UserQuery): boolean => {
    if ('id' in by) return person.id === by.id;
    if ('username' in by) return normalise(person.username) === normalise(by.username);
    return person.email !== undefined && normalise(person.email) === normalise(by.email);
  };

  return {
    add: (person) => void people.set(person.id, person),
    get,
    change(user, changes) {
      const person = get(user);
      people.set(person.id, { ...person, ...changes });
    },
    find(by) {
      const found = [...people.values()].filter((person) => matches(person, by));
      const eligible = found.filter((person) => !person.ineligible);
      const [first] = eligible;
      if (!first) return { none: found.length > 0 ? 'ineligible' : 'unknown' };
      if (eligible.length > 1) return { none: 'ambiguous' };
      const { ineligible: _, ...user } = first;
      return { user };
    },
  };
}
