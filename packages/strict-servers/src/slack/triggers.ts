import type { Ids } from './ids.js';
import type { Settings } from './settings.js';
import type { View } from './views.js';

/** A permission to open one dialog, for a short time. https://docs.slack.dev/interactivity/handling-user-interaction#trigger_ids */
interface Trigger {
  readonly id: string;
  readonly user: string;
  /** Resolves with the dialog that was opened by it; rejects when its time is over. */
  readonly opened: Promise<View>;
}

export interface Triggers {
  issue(user: string): Trigger;
  /** Uses it up: whose it is, and whom to tell of the dialog. Or why it opens nothing. */
  exchange(id: string): { readonly user: string; readonly tell: (view: View) => void } | { readonly error: string };
  close(): void;
}

export function createTriggers({ times, schedule }: Settings, ids: Ids): Triggers {
  interface Kept {
    readonly user: string;
    state: 'good' | 'exchanged' | 'expired';
    readonly callOff: () => void;
    readonly tell: (view: View) => void;
  }
  const triggers = new Map<string, Kept>();
  return {
    issue(user) {
      const id = ids.trigger();
      const { promise: opened, resolve: tell, reject } = Promise.withResolvers<View>();
      opened.catch(() => {});
      const callOff = schedule(() => {
        if (kept.state === 'good') kept.state = 'expired';
        reject(new Error(`The app opened no dialog within ${times.triggerMs} ms.`));
      }, times.triggerMs);
      const kept: Kept = { user, state: 'good', callOff, tell };
      triggers.set(id, kept);
      return { id, user, opened };
    },
    exchange(id) {
      const trigger = triggers.get(id);
      if (!trigger) return { error: 'invalid_trigger_id' };
      if (trigger.state !== 'good') return { error: `${trigger.state}_trigger_id` };
      trigger.state = 'exchanged';
      trigger.callOff();
      return { user: trigger.user, tell: trigger.tell };
    },
    close() {
      for (const { callOff } of triggers.values()) callOff();
    },
  };
}
