import { createSecuritybot, type Plugins, type Securitybot, type SecuritybotOptions } from '@securitybot/core';

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
  /** Dies at its next call of that method: before it is done, or when it is done and nobody knows yet. */
  killAt(method: string, when: 'before' | 'after'): void;
  isDead(): boolean;
}

const never = () => new Promise<never>(() => {});

/** Starts nothing yet: composes a bot of these plugins, every call of which is counted. */
export function createProcess(plugins: Plugins, options: SecuritybotOptions, activity: Activity): Process {
  let isDead = false;
  let fate: { readonly method: string; readonly when: 'before' | 'after' } | undefined;

  const call = async (method: string, work: () => unknown): Promise<unknown> => {
    const fatal = fate?.method === method ? fate.when : undefined;
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
  return {
    bot: createSecuritybot(
      { chat: watched(chat), auth: watched(auth), tasker: watched(tasker), blacklist: watched(blacklist) },
      options,
    ),
    kill() {
      isDead = true;
    },
    killAt(method, when) {
      fate = { method, when };
    },
    isDead: () => isDead,
  };
}
