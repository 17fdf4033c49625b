import { PluginError, type PluginErrorCode } from '@securitybot/core';

/** One call that a plugin got, as data. */
export interface Call {
  readonly method: string;
  /** What it was given, signals left out. */
  readonly args: readonly unknown[];
  /** When, on the plugin's clock: ms since the epoch, UTC. */
  readonly at: number;
}

export interface FailureOptions {
  /** Only calls of that method fail; by default all. */
  readonly on?: string;
  /** What was asked is done, and only the answer is lost. By default nothing is done. */
  readonly done?: boolean;
}

/** What a test may do to a memory plugin's provider, and see of it. */
export interface Provider {
  /** Every call so far, of all plugins on this provider, also those that failed. */
  readonly calls: readonly Call[];
  /** Fails the next calls: with that error, or with a fresh one of that code. `Number.POSITIVE_INFINITY`: until mended. */
  failNext(times: number, error: PluginError | PluginErrorCode, options?: FailureOptions): void;
  /** Calls go well again. */
  mend(): void;
}

export interface Line extends Provider {
  /** Records the call, fails it where that was ordered, else does the work. */
  call<T>(method: string, args: readonly unknown[], work: () => T): Promise<T>;
}

interface Order {
  times: number;
  readonly error: PluginError | PluginErrorCode;
  readonly on: string | undefined;
  readonly done: boolean;
}

function failure(plugin: string, method: string, { error, done }: Order): PluginError {
  if (typeof error !== 'string') return error;
  const how = done ? 'was done, but its answer was lost' : 'was not done';
  const message = `${plugin}: ${method} ${how}, because the test ordered ${error} by failNext(); mend() ends it.`;
  return new PluginError(error, message, error === 'RATE_LIMITED' ? { retryAfterMs: 1000 } : {});
}

/** The line between a memory plugin and its provider: calls are recorded, and fail on demand. */
export function createLine(plugin: string, now: () => number): Line {
  const calls: Call[] = [];
  let orders: Order[] = [];

  const ordered = (method: string): Order | undefined => {
    const order = orders.find(({ on }) => on === undefined || on === method);
    if (order) {
      order.times -= 1;
      if (order.times <= 0) orders = orders.filter((other) => other !== order);
    }
    return order;
  };

  return {
    calls,
    failNext(times, error, { on, done = false } = {}) {
      if (times > 0) orders.push({ times, error, on, done });
    },
    mend() {
      orders = [];
    },
    async call(method, args, work) {
      calls.push({ method, args: structuredClone(args), at: now() });
      const order = ordered(method);
      // Nothing answers at once: whoever forgets to await sees it here already.
      await null;
      if (order && !order.done) throw failure(plugin, method, order);
      const result = work();
      if (order) throw failure(plugin, method, order);
      return result;
    },
  };
}
