import type { Point } from './protocol.js';

/** Calls that are polls. Where they find nothing, nothing has happened since the last point. */
const FINDS_NOTHING: Readonly<Record<string, (result: unknown) => boolean>> = {
  unassigned: (result) => (result as { alerts: readonly unknown[] }).alerts.length === 0,
  claim: (result) => (result as { claimed: readonly unknown[] }).claimed.length === 0,
  check: (result) => result === 'pending',
};

/** Where a process may die: before and after each call that changes something outside of it, or acts on an effect. */
export interface Points {
  /** Lets the process die at that point, counted from now. */
  arm(at: Point): void;
  /** Passes a place, or dies there. */
  pass(place: string): void;
  /** The places passed since then, in order. */
  passed(): readonly string[];
  /**
   * A plugin with points around its methods of those names. Those that only read need none: whoever dies at one leaves
   * what the last call has left, and that is another point.
   */
  around<T extends object>(label: string, plugin: T, methods: readonly (keyof T & string)[]): T;
}

type Method = (...args: unknown[]) => Promise<unknown>;

export function createPoints(): Points {
  let end: Point | undefined;
  let passed: string[] = [];

  function pass(place: string): void {
    passed.push(place);
    if (place !== end?.place || passed.filter((each) => each === place).length < end.time) return;
    process.kill(process.pid, 'SIGKILL');
  }

  function wrap(label: string, method: string, call: Method): Method {
    const findsNothing = FINDS_NOTHING[method];
    return async (...args) => {
      if (!findsNothing) pass(`before ${label}.${method}`);
      const result = await call(...args);
      if (!findsNothing?.(result)) pass(`after ${label}.${method}`);
      return result;
    };
  }

  return {
    arm(at) {
      end = at;
      passed = [];
    },
    pass,
    passed: () => passed,
    around(label, plugin, methods) {
      const wrapped = { ...plugin };
      for (const method of methods) {
        const call = (plugin[method] as Method).bind(plugin);
        wrapped[method] = wrap(label, method, call) as (typeof wrapped)[typeof method];
      }
      return wrapped;
    },
  };
}
