import type { Conversation } from './types.js';

/** The conversation of somebody never talked to. */
export function emptyConversation(person: string): Conversation {
  return {
    person,
    version: 0,
    tasks: [],
    questions: [],
    outbox: [],
    events: [],
    answered: [],
    pushes: [],
    talking: false,
    counter: 0,
  };
}
