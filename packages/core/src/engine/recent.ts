import type { Conversation } from '../conversation/types.js';

/** Conversations kept at the most: some 10 KB each. */
const KEPT = 1000;

/**
 * Conversations with something open, as this process saved them last. To decide on one spares loading it; a save of what
 * has become of it is refused where somebody else has saved since. Forgotten when the store has failed: a server that takes over from another
 * may have lost what that one had saved last, and others may have saved something else since, under the same version.
 */
export interface Recent {
  get(person: string): Conversation | undefined;
  keep(saved: Conversation): void;
  forget(person: string): void;
  forgetAll(): void;
}

const isOpen = ({ outbox, questions, tasks }: Conversation) =>
  outbox.length > 0 || questions.length > 0 || tasks.some(({ state }) => state !== 'closed');

export function createRecent(): Recent {
  const kept = new Map<string, Conversation>();
  return {
    get: (person) => kept.get(person),
    keep(saved) {
      kept.delete(saved.person); // so that it is the youngest
      if (!isOpen(saved)) return;
      kept.set(saved.person, saved);
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
    },
    forget(person) {
      kept.delete(person);
    },
    forgetAll() {
      kept.clear();
    },
  };
}
