import { type Auth, type ChallengeResult, cleanLine, PluginError } from '@securitybot/core';
import type { Terminal } from './terminal.js';

/** How long a push can be answered, in ms. */
const ANSWER_WITHIN_MS = 60_000;

const ANSWERS: ReadonlyMap<string, ChallengeResult> = new Map([
  ['approve', 'approved'],
  ['deny', 'denied'],
  ['fraud', 'fraud'],
]);

interface Push {
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
export function createDemoAuth(terminal: Terminal, { now = Date.now }: DemoAuthOptions = {}): Auth {
  const { username } = terminal.person;
  const pushes = new Map<string, Push>();

  const show = (text: string) => terminal.show('[phone, demo]', text);
  const owns = (subject: string) => subject.trim().toLowerCase() === username;
  const isOut = (push: Push) => push.result === 'pending' && now() < push.expiresAt;

  terminal.intercept(async (line) => {
    const answer = ANSWERS.get(line.trim().toLowerCase());
    const push = [...pushes.values()].findLast(isOut); // the one shown last is the one that is meant
    if (!answer || !push) return false;
    push.result = answer;
    await show(answer);
    return true;
  });

  return {
    name: 'demo',

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
        pushes.set(id, { result: 'pending', expiresAt: now() + ANSWER_WITHIN_MS });
        try {
          await show(`push for ${username}: "${cleanLine(reason, 200)}" – type approve, deny or fraud`);
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
