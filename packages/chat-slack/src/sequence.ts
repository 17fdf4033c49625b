import type { Clock } from '@securitybot/core';

/**
 * Gives out what one person does in the order in which they did it. Two connections may deliver two events the wrong way round,
 * so each waits for a moment whether an earlier one comes.
 */
export interface Sequence {
  /** Resolves when it is this one's turn. `at`: the time it happened. */
  turn(user: string, at: number): Promise<void>;
}

interface Held {
  readonly at: number;
  readonly go: () => void;
}

export function createSequence(clock: Clock, holdMs: number, stopping: AbortSignal): Sequence {
  const held = new Map<string, Held[]>();

  /** Everything up to that time, oldest first. */
  function release(user: string, at: number): void {
    const all = held.get(user) ?? [];
    const later = all.filter((one) => one.at > at);
    if (later.length === 0) held.delete(user);
    else held.set(user, later);
    for (const { go } of all.filter((one) => one.at <= at).sort((a, b) => a.at - b.at)) go();
  }

  return {
    turn(user, at) {
      const { promise: gone, resolve: go } = Promise.withResolvers<void>();
      held.set(user, [...(held.get(user) ?? []), { at, go }]);
      void clock.sleep(holdMs, stopping).then(() => release(user, at));
      return gone;
    },
  };
}
