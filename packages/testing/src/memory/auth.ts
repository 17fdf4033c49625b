import { type Auth, type ChallengeResult, PluginError, type Readiness } from '@securitybot/core';
import type { Clock } from '../clock.js';
import { createLine, type Line, type Provider } from './line.js';

/** What a person sees on their phone. */
export interface Prompt {
  readonly id: string;
  readonly subject: string;
  readonly reason: string;
  /** Ms since the epoch, UTC. */
  readonly at: number;
}

/** What stands behind memory auths: the second factor's provider, and the phones of its people. */
export interface MemoryPhones extends Provider {
  /** The person approves the oldest prompt that is out. Throws an Error when there is none; so do the others. */
  approve(subject: string): void;
  deny(subject: string): void;
  /** "I did not ask for this." */
  fraud(subject: string): void;
  /** The prompt runs out now, instead of after `expiresMs`. */
  expire(subject: string): void;
  /** From now on the account is so. By default those enrolled are ready, and others `not-enrolled`. */
  setReadiness(subject: string, readiness: Readiness): void;
  /** Every prompt that reached a phone, answered or not, oldest first. */
  prompts(subject?: string): readonly Prompt[];
}

interface Sent extends Prompt {
  readonly token: string;
  /** Whether it reached a phone. */
  readonly shown: boolean;
  result: ChallengeResult;
}

/** The provider's own side, which the plugin talks to. */
interface PhoneService {
  readonly line: Line;
  readonly hint: string | undefined;
  readiness(subject: string): Readiness;
  push(request: { readonly id: string; readonly subject: string; readonly reason: string }): string;
  result(token: string): ChallengeResult;
}

export interface MemoryPhoneOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Who has a second factor. */
  readonly enrolled: readonly string[];
  /** When a prompt runs out, in ms; a minute by default. */
  readonly expiresMs?: number;
  /** A code that goes with each prompt. */
  readonly hint?: string;
}

const rejected = (message: string) => new PluginError('REJECTED', `memory auth: ${message}`);

/** A provider of second factors in memory. */
function createMemoryPhones(options: MemoryPhoneOptions): MemoryPhones & PhoneService {
  const { clock, enrolled, expiresMs = 60_000, hint } = options;
  const line = createLine('memory auth', clock.now);
  const accounts = new Map<string, Readiness>(enrolled.map((subject) => [subject, { ready: true }]));
  const sent: Sent[] = [];

  const readiness = (subject: string): Readiness => accounts.get(subject) ?? { ready: false, reason: 'not-enrolled' };
  const resultOf = (prompt: Sent): ChallengeResult => {
    if (prompt.result === 'pending' && clock.now() >= prompt.at + expiresMs) prompt.result = 'expired';
    return prompt.result;
  };
  const settle = (subject: string, result: ChallengeResult) => {
    const prompt = sent.find((one) => one.subject === subject && resultOf(one) === 'pending');
    if (!prompt) {
      const seen = sent.map((one) => `${one.subject}: ${one.result}`).join(', ') || 'none';
      throw new Error(`No prompt is out for "${subject}", so it cannot be answered. Prompts so far: ${seen}.`);
    }
    prompt.result = result;
  };

  return {
    ...line,
    line,
    hint,
    readiness,
    approve: (subject) => settle(subject, 'approved'),
    deny: (subject) => settle(subject, 'denied'),
    fraud: (subject) => settle(subject, 'fraud'),
    expire: (subject) => settle(subject, 'expired'),
    setReadiness: (subject, to) => void accounts.set(subject, to),
    prompts: (subject) =>
      sent
        .filter((one) => one.shown && (subject === undefined || one.subject === subject))
        .map(({ id, subject, reason, at }) => ({ id, subject, reason, at })),

    push({ id, subject, reason }) {
      const before = sent.find((one) => one.id === id);
      if (before && before.subject === subject) return before.token;
      if (before) throw rejected(`challenge "${id}" was for "${before.subject}", not "${subject}". Use a fresh id.`);
      const account = readiness(subject);
      const standing = account.ready ? 'ready' : account.reason;
      if (standing === 'not-enrolled' || standing === 'no-device') {
        throw rejected(`"${subject}" cannot be prompted (${standing}). Enrol the account first.`);
      }
      const token = `T${sent.length + 1}`;
      const result = standing === 'ready' ? 'pending' : standing;
      sent.push({ id, subject, reason, at: clock.now(), token, shown: standing === 'ready', result });
      return token;
    },

    result(token) {
      const prompt = sent.find((one) => one.token === token);
      if (!prompt) throw rejected(`no challenge has the token "${token}". Ask for a new one.`);
      return resultOf(prompt);
    },
  };
}

export interface MemoryAuth extends Auth, MemoryPhones {
  /** The provider behind it; give it to another auth to restart. */
  readonly phones: MemoryPhones & PhoneService;
}

export type MemoryAuthOptions = MemoryPhoneOptions | { readonly phones: MemoryPhones & PhoneService };

function refuseAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PluginError('UNAVAILABLE', 'memory auth: called off before anything was done. Ask again if still needed.', {
    notSent: true,
    cause: signal.reason,
  });
}

/** A second factor in memory: tests answer its prompts. */
export function createMemoryAuth(options: MemoryAuthOptions): MemoryAuth {
  const phones = 'phones' in options ? options.phones : createMemoryPhones(options);
  const { line } = phones;
  return {
    ...phones,
    name: 'memory',
    phones,
    async readiness(subject, signal) {
      refuseAborted(signal);
      return line.call('readiness', [subject], () => phones.readiness(subject));
    },
    async challenge(request, signal) {
      refuseAborted(signal);
      const token = await line.call('challenge', [request], () => phones.push(request));
      return phones.hint === undefined ? { token } : { token, hint: phones.hint };
    },
    async check(token, signal) {
      refuseAborted(signal);
      return line.call('check', [token], () => phones.result(token));
    },
  };
}
