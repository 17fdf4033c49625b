import type { SlackBadAnswer, SlackFaultScope } from './types-faults.js';

/** What a test ordered to go wrong with a call. */
export type Wrong =
  | { readonly kind: 'limit'; readonly seconds: number }
  | { readonly kind: 'answer'; readonly how: SlackBadAnswer; readonly done: boolean }
  | { readonly kind: 'error'; readonly error: string; readonly done: boolean };

/** What goes wrong with the next calls. */
export interface Orders {
  add(wrong: Wrong, scope: SlackFaultScope): void;
  /** The first that fits, used up by one. */
  take(method: string, channels: readonly string[]): Wrong | undefined;
  clear(): void;
}

export function createOrders(): Orders {
  let orders: { readonly wrong: Wrong; readonly scope: SlackFaultScope; left: number }[] = [];
  return {
    add(wrong, scope) {
      orders.push({ wrong, scope, left: scope.times ?? 1 });
    },
    take(method, channels) {
      const order = orders.find(
        ({ scope, left }) =>
          left > 0 &&
          (scope.method === undefined || scope.method === method) &&
          (scope.channel === undefined || channels.includes(scope.channel)),
      );
      if (!order) return undefined;
      order.left -= 1;
      orders = orders.filter(({ left }) => left > 0);
      return order.wrong;
    },
    clear() {
      orders = [];
    },
  };
}
