import { type Auth, type ChallengeResult, cleanLine, PluginError } from '@securitybot/core';
import type { Terminal } from './terminal.js';

/** Who speaks, on the screen. */
export const PHONE = '[phone, demo]';

/** How long a push can be answered, in ms. */
const ANSWER_WITHIN_MS = 60_000;

const ANSWERS: ReadonlyMap<string, PushAnswer> = new Map([
  ['approve', 'approved'],
  ['deny', 'denied'],
  ['fraud', 'fraud'],
]);

/** What can be answered to a push. */
export type PushAnswer = 'approved' | 'denied' | 'fraud';

/** The pretend phone, for a screen that shows it. */
export interface DemoAuth extends Auth {
  /** The pushes that can be answered now, the oldest first. */
  waiting(): readonly { readonly id: string; readonly reason: string }[];
  /** False: there is no such push any more. */
  answer(id: string, answer: PushAnswer): Promise<boolean>;
}

interface Push {
  /** What the phone shows. */
  readonly reason: string;
  result: ChallengeResult;
  /** ms since the epoch, UTC. */
  readonly expiresAt: number;
}

export interface DemoAuthOptions {
  /** ms since the epoch, UTC. Absent: the system's clock. */
  readonly now?: () => number;
}

/**
 * A pretend phone on the same terminal: whoever can type there approves, so it proves nothing. It remembers its pushes in
 * this process only: after a restart they count as expired.
 */
export function createDemoAuth(terminal: Terminal, { now = Date.now }: DemoAuthOptions = {}): DemoAuth {
  const { username } = terminal.person;
  const pushes = new Map<string, Push>();

  const show = (text: string) => terminal.show(PHONE, text);
  const owns = (subject: string) => subject.trim().toLowerCase() === username;
  const isOut = (push: Push) => push.result === 'pending' && now() < push.expiresAt;

  terminal.intercept(async (line) => {
    const answer = ANSWERS.get(line.trim().toLowerCase());
    const last = [...pushes].findLast(([, push]) => isOut(push)); // the one shown last is the one that is meant
    return answer !== undefined && last !== undefined && settle(last[0], answer);
  });

  async function settle(id: string, answer: PushAnswer): Promise<boolean> {
    const push = pushes.get(id);
    if (!push || !isOut(push)) return false;
    push.result = answer;
    await show(answer);
    return true;
  }

  return {
    name: 'demo',

    waiting: () => [...pushes].filter(([, push]) => isOut(push)).map(([id, { reason }]) => ({ id, reason })),

    answer: settle,

    async readiness(subject, signal) {
      signal.throwIfAborted();
      return owns(subject) ? { ready: true } : { ready: false, reason: 'not-enrolled' };
    },

    async challenge({ id, subject, reason }, signal) {
      signal.throwIfAborted();
      if (!owns(subject)) {
        throw new PluginError('REJECTED', `demo: "${subject}" has no phone here; only "${username}" has one`);
      }
      if (!pushes.has(id)) {
        const shown = cleanLine(reason, 200);
        pushes.set(id, { reason: shown, result: 'pending', expiresAt: now() + ANSWER_WITHIN_MS });
        try {
          await show(`push for ${username}: "${shown}" – type approve, deny or fraud`);
        } catch (error) {
          pushes.delete(id); // nobody saw it
          throw error;
        }
      }
      return { token: id };
    },

    async check(token, signal) {
      signal.throwIfAborted();
      const push = pushes.get(token);
      if (!push) return 'expired'; // of an earlier process
      if (push.result === 'pending' && !isOut(push)) {
        push.result = 'expired';
        await show('push expired');
      }
      return push.result;
    },
  };
}
