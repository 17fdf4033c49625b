import { type Auth, type ChallengeResult, PluginError } from '@securitybot/core';
import { verifySync } from 'otplib';
import { openStore } from './store.ts';

/** How long a code is waited for, in ms. */
const ANSWER_WITHIN_MS = 90_000;

export interface CodeAuthOptions {
  /** An SQLite file that all processes of the bot share. */
  readonly path: string;
  /** The secret of an account, in base32 as authenticator apps take it. Undefined: not enrolled. */
  readonly secretOf: (subject: string) => string | undefined;
  /** ms since the epoch, UTC; for tests. */
  readonly now?: () => number;
}

export interface CodeAuth extends Auth {
  /** Takes a code that somebody typed. @returns how their oldest open challenge stands now; undefined: none is open. */
  enter(subject: string, code: string): ChallengeResult | undefined;
  close(): void;
}

/** The codes of an authenticator app (RFC 6238) as the proof. */
export function createCodeAuth({ path, secretOf, now = Date.now }: CodeAuthOptions): CodeAuth {
  const store = openStore(path);

  /** The step of 30 s that a code belongs to, if it is right. Clocks differ: those before and after are right, too. */
  function stepOf(secret: string, code: string): number | undefined {
    if (!/^\d{6}$/.test(code)) return undefined;
    const found = verifySync({ secret, token: code, epoch: Math.floor(now() / 1_000), epochTolerance: 30 });
    return found.valid && 'timeStep' in found ? found.timeStep : undefined;
  }

  return {
    name: 'codes',
    async readiness(subject, signal) {
      signal.throwIfAborted();
      return secretOf(subject) === undefined ? { ready: false, reason: 'not-enrolled' } : { ready: true };
    },
    async challenge({ id, subject }, signal) {
      signal.throwIfAborted();
      const refuse = (why: string) => new PluginError('REJECTED', `codes: "${subject}" ${why}`);
      if (secretOf(subject) === undefined) throw refuse('has no secret; enrol the account first');
      store.open(id, subject, now() + ANSWER_WITHIN_MS);
      if (store.read(id)?.subject !== subject) throw refuse(`is not whom challenge ${id} was for; use a fresh id`);
      return { token: id };
    },
    async check(token, signal) {
      signal.throwIfAborted();
      const challenge = store.read(token);
      if (!challenge || (challenge.result === 'pending' && challenge.ends <= now())) return 'expired';
      return challenge.result;
    },
    enter(subject, code) {
      const challenge = store.oldestOpen(subject, now());
      const secret = secretOf(subject);
      if (!challenge || secret === undefined) return undefined;
      const step = stepOf(secret, code);
      if (step === undefined || !store.approve(challenge, step)) store.countWrong(challenge);
      return store.read(challenge.id)?.result;
    },
    close: store.close,
  };
}
