import {
  type Clock,
  createSecuritybot,
  type Plugins,
  type Securitybot,
  type SecuritybotOptions,
} from '@securitybot/core';

/** What the plugins of a story are doing: when they are still, the bot waits for people or for time. */
export interface Activity {
  calls: number;
  underWay: number;
}

/** One process of the bot. Dead, none of its calls comes back, so that it does nothing more. */
export interface Process {
  readonly bot: Securitybot;
  /** As `kill -9` would. */
  kill(): void;
  /** Dies at its next call of that method, or at the nth of any: before it is done, or when it is done and nobody knows yet. */
  killAt(call: string | number, when: 'before' | 'after'): void;
  isDead(): boolean;
}

const never = () => new Promise<never>(() => {});

/** Starts nothing yet: composes a bot of these plugins, every call of which is counted. */
export function createProcess(
  plugins: Plugins,
  options: SecuritybotOptions & { readonly clock: Clock },
  activity: Activity,
): Process {
  let isDead = false;
  let fate: { readonly call: string | number; readonly when: 'before' | 'after' } | undefined;
  let calls = 0;

  const call = async (method: string, work: () => unknown): Promise<unknown> => {
    calls += 1;
    const fatal = fate?.call === method || fate?.call === calls ? fate.when : undefined;
    if (fatal === 'before') isDead = true;
    if (isDead) return never();
    activity.calls += 1;
    activity.underWay += 1;
    try {
      return await work();
    } finally {
      activity.underWay -= 1;
      if (fatal === 'after') isDead = true;
      // biome-ignore lint/correctness/noUnsafeFinally: whatever came of the call, a dead process does not hear of it
      if (isDead) return never();
    }
  };

  const watched = <Plugin extends object>(plugin: Plugin): Plugin =>
    new Proxy(plugin, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => call(String(name), () => Reflect.apply(member, target, args));
      },
    });

  const { chat, auth, tasker, blacklist } = plugins;
  const { clock, observe } = options;
  return {
    bot: createSecuritybot(
      { chat: watched(chat), auth: watched(auth), tasker: watched(tasker), blacklist: watched(blacklist) },
      {
        ...options,
        clock: {
          now: clock.now,
          sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (isDead ? never() : undefined)),
        },
        observe: (observation) => {
          if (!isDead) observe?.(observation);
        },
      },
    ),
    kill() {
      isDead = true;
    },
    killAt(at, when) {
      fate = { call: typeof at === 'number' ? calls + at : at, when };
    },
    isDead: () => isDead,
  };
}
