import { randomInt, randomUUID } from 'node:crypto';
import type { Bell } from '../bell.js';
import type { Account, Device } from './people.js';
import type { DuoServerOptions, DuoTimes } from './types.js';
import type { DuoPrompt } from './types-people.js';

/** How an authentication stands. https://duo.com/docs/authapi#/auth_status */
export interface Status {
  readonly result: unknown;
  readonly status: unknown;
  readonly status_msg: unknown;
}

/** What the client wants shown. */
export interface Shown {
  readonly type: string;
  readonly displayUsername: string;
  readonly pushinfo: string;
  readonly info: DuoPrompt['info'];
}

interface Push {
  readonly txid: string;
  readonly account?: Account;
  readonly prompt?: Omit<DuoPrompt, 'state'>;
  readonly code?: string;
  state: DuoPrompt['state'];
  status: Status;
  /** It has changed since somebody was told. */
  news: boolean;
  wrongCodes: number;
  stopTimer?: () => void;
}

/** A code that was given to a client whose policy wants a verified push. */
interface Verification {
  readonly account: Account;
  readonly code: string;
  readonly until: number;
}

type Act = 'approved' | 'denied' | 'fraud' | 'expired' | { readonly code: string } | Status;

const ALLOW: Status = { result: 'allow', status: 'allow', status_msg: 'Success. Logging you in...' };
const WAITING: Status = {
  result: 'waiting',
  status: 'pushed',
  status_msg: 'Pushed a login request to your device...',
};
const ENDS = {
  approved: ALLOW,
  denied: { result: 'deny', status: 'deny', status_msg: 'Login request denied.' },
  fraud: { result: 'deny', status: 'fraud', status_msg: 'Login request reported as fraudulent.' },
  expired: { result: 'deny', status: 'timeout', status_msg: 'Login timed out.' },
} as const;
const WRONG_CODES = 3;

export interface PushContext extends Required<Pick<DuoServerOptions, 'now' | 'schedule' | 'lockoutAfter'>> {
  readonly times: DuoTimes;
  readonly bell: Bell;
}

/** The pushes that are out, and those that were. */
export function createPushes({ now, schedule, lockoutAfter, times, bell }: PushContext) {
  const pushes = new Map<string, Push>();
  const shown: Push[] = [];
  const verifications = new Map<string, Verification>();

  function end(push: Push, state: DuoPrompt['state'], status: Status): void {
    push.stopTimer?.();
    Object.assign(push, { state, status, news: true });
    push.stopTimer = schedule(() => pushes.delete(push.txid), times.keepMs);
    const { account } = push;
    if (account) {
      if (state === 'approved') account.failures = 0;
      else if (state === 'denied' || state === 'fraud') account.failures += 1;
      if (account.failures >= lockoutAfter) account.status = 'locked out';
    }
    bell.ring();
  }

  function perform(push: Push, act: Act): void {
    if (typeof act === 'string') return end(push, act, ENDS[act]);
    if (!('code' in act)) return end(push, 'settled', act);
    if (act.code === push.code) return end(push, 'approved', ALLOW);
    push.wrongCodes += 1;
    if (push.wrongCodes >= WRONG_CODES) return end(push, 'denied', ENDS.denied);
    Object.assign(push, { status: { ...WAITING, status_msg: 'Incorrect verification code.' }, news: true });
    bell.ring();
  }

  const asPrompt = (push: Push): DuoPrompt[] => (push.prompt ? [{ ...push.prompt, state: push.state }] : []);

  return {
    /** An authentication that is over before it begins. */
    settled(status: Status): string {
      const txid = randomUUID();
      const push: Push = { txid, state: 'settled', status, news: true, wrongCodes: 0 };
      pushes.set(txid, push);
      push.stopTimer = schedule(() => pushes.delete(txid), times.keepMs);
      return txid;
    },

    /** A push to somebody's phone. */
    send(account: Account, device: Device, { type, displayUsername, pushinfo, info }: Shown, code?: string): string {
      const txid = randomUUID();
      const { username } = account;
      const needsCode = code !== undefined;
      const sentAt = now();
      const prompt = { txid, username, device: device.id, type, displayUsername, info, pushinfo, needsCode, sentAt };
      const push: Push = {
        txid,
        account,
        prompt,
        ...(code === undefined ? {} : { code }),
        state: 'open',
        status: WAITING,
        news: true,
        wrongCodes: 0,
      };
      pushes.set(txid, push);
      shown.push(push);
      push.stopTimer = schedule(() => perform(push, 'expired'), times.pushMs);
      bell.ring();
      return txid;
    },

    /** A code for the next push, and the `txid` that stands for it. */
    verify(account: Account): { readonly txid: string; readonly code: string; readonly until: number } {
      const txid = randomUUID();
      const verification = { account, code: String(randomInt(100, 1000)), until: now() + times.verificationMs };
      verifications.set(txid, verification);
      return { txid, ...verification };
    },

    /** The code behind that `txid`, which can be used once; `undefined` where it cannot be used by this account. */
    useVerification(txid: string, account: Account): string | undefined {
      const verification = verifications.get(txid);
      if (verification?.account !== account) return undefined;
      verifications.delete(txid);
      return now() <= verification.until ? verification.code : undefined;
    },

    /** Somebody was given a code that they could use still. */
    hasVerification: (account: Account) =>
      [...verifications.values()].some((other) => other.account === account && now() <= other.until),

    /** How it stands, without waiting; `undefined` where nobody knows that `txid`. */
    peek: (txid: string): Status | undefined => pushes.get(txid)?.status,

    /** Whether there is something to tell of it, or it is unknown. */
    hasNews(txid: string): boolean {
      const push = pushes.get(txid);
      return push === undefined || push.news || push.state !== 'open';
    },

    isOpen: (txid: string) => pushes.get(txid)?.state === 'open',

    /** How it stands; from now on, only a change is news. */
    tell(txid: string): Status | undefined {
      const push = pushes.get(txid);
      if (push) push.news = false;
      return push?.status;
    },

    prompts: (account: Account): DuoPrompt[] =>
      shown.filter((push) => push.account === account).flatMap((push) => asPrompt(push)),

    /** The person does something about the oldest push that is open. Throws an Error where the phone has no such button. */
    act(account: Account, act: Act): DuoPrompt {
      const push = shown.find((one) => one.account === account && one.state === 'open');
      if (!push?.prompt) throw new Error(`strict Duo: ${account.username} has no open push`);
      if (act === 'approved' && push.code !== undefined) {
        throw new Error('strict Duo: this push has no button to approve; type its code with entersCode');
      }
      if (typeof act === 'object' && 'code' in act && push.code === undefined) {
        throw new Error('strict Duo: this push wants no code; approve it with approves');
      }
      perform(push, act);
      return { ...push.prompt, state: push.state };
    },

    forget(): void {
      for (const push of pushes.values()) push.stopTimer?.();
      pushes.clear();
      verifications.clear();
      bell.ring();
    },
  };
}

export type Pushes = ReturnType<typeof createPushes>;
