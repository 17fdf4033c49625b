import type { Auth, ChallengeResult, PluginErrorCode, Readiness } from '@securitybot/core';
import type { AnyHarness } from '../rule.js';
import { soon } from '../wait.js';

type Now<T> = T | Promise<T>;
type Hindrance = Exclude<Readiness, { readonly ready: true }>['reason'];

/** A second factor under test, and its other side: the phones and the provider. */
export interface AuthHarness extends AnyHarness {
  readonly auth: Auth;
  /** An account that can be prompted, and another. */
  readonly ready: string;
  readonly other?: string;
  /** Accounts that cannot be prompted, by why, as far as the provider knows such. */
  readonly hindered: Readonly<Partial<Record<Hindrance, string>>>;
  /** The person approves the oldest prompt that is unanswered; so for the others. */
  approve(subject: string): Now<void>;
  deny(subject: string): Now<void>;
  /** The person says that they did not ask for this. */
  fraud?(subject: string): Now<void>;
  /** The prompt runs out; never by waiting. */
  expire?(subject: string): Now<void>;
  /** What reached somebody's phone so far, answered or not; `reason` as it was shown. */
  prompts(subject: string): Now<readonly { readonly reason?: string }[]>;
  /** The process is gone without a word; here is the plugin of the next. */
  restart?(): Now<Auth>;
  /** From now on the account is so. */
  becomes?(subject: string, hindrance: 'bypassed' | 'locked-out'): Now<void>;
  /** From now on the provider fails every call so that the plugin should report this code; until `mend`. */
  fail?(code: PluginErrorCode): Now<void>;
  mend?(): Now<void>;
  /** From now on prompts go out, and the provider's answers are lost; until `mend`. */
  loseAnswers?(): Now<void>;
  /**
   * Why a new process cannot know which ids were used: where neither the provider keeps them nor the plugin has a place
   * to. Printed as the reason for leaving out the rules about it; whoever uses such a plugin must not ask again.
   */
  readonly forgetsIds?: string;
}

/** A signal that nobody aborts. */
export const calm = (): AbortSignal => new AbortController().signal;

/** A challenge of that id. */
export function challenge(auth: Auth, id: string, subject: string, reason = 'sudo on web-1') {
  return auth.challenge({ id, subject, reason }, calm());
}

/** How a challenge stands now. */
export function check(
  harness: AuthHarness,
  token: string,
  auth: Auth | undefined = harness.auth,
): Promise<ChallengeResult> {
  return soon(harness, 'check to say how the challenge stands', auth.check(token, calm()));
}

/** Asks until it is settled: an answer may take its time to arrive. */
export async function settled(
  harness: AuthHarness,
  token: string,
  auth: Auth = harness.auth,
): Promise<ChallengeResult> {
  const asking = (async () => {
    for (;;) {
      const result = await check(harness, token, auth);
      if (result !== 'pending') return result;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return soon(harness, 'the challenge to be settled', asking);
}
