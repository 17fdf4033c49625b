import { PluginError } from '@securitybot/core';
import type { AuthHarness } from '../suites/auth/harness.js';
import { brokenAuth } from './auth-harness.js';
import type { Broken } from './broken.js';

/** Mistakes with readiness, signals, errors and texts. */
export const brokenFailures: readonly Broken<AuthHarness>[] = [
  {
    mistake: 'finds out about readiness by prompting',
    caughtBy: 'readiness says ready of who can be prompted, and prompts nobody, however often it is asked',
    create: () => {
      let count = 0;
      return brokenAuth((inner) => ({
        async readiness(subject, signal) {
          const readiness = await inner.readiness(subject, signal);
          count += 1;
          if (readiness.ready) await inner.challenge({ id: `probe ${count}`, subject, reason: 'test' }, signal);
          return readiness;
        },
      }));
    },
  },
  {
    mistake: 'throws for who is not enrolled',
    caughtBy: 'readiness of who cannot be prompted is a value with its reason',
    create: () =>
      brokenAuth((inner) => ({
        async readiness(subject, signal) {
          const readiness = await inner.readiness(subject, signal);
          if (!readiness.ready) throw new PluginError('REJECTED', `auth: ${readiness.reason}`);
          return readiness;
        },
      })),
  },
  {
    mistake: 'does not look at the signal',
    caughtBy: 'what is called off before it begins is not done',
    create: () =>
      brokenAuth((inner) => {
        const deaf = new AbortController().signal;
        return {
          readiness: (subject) => inner.readiness(subject, deaf),
          challenge: (request) => inner.challenge(request, deaf),
          check: (token) => inner.check(token, deaf),
        };
      }),
  },
  {
    mistake: 'waits for a change whatever the signal says',
    caughtBy: 'a check that waits for a change ends when it is called off',
    create: () =>
      brokenAuth((inner) => ({
        async check(token, signal) {
          const result = await inner.check(token, signal);
          return result === 'pending' ? new Promise(() => {}) : result;
        },
      })),
  },
  {
    mistake: 'throws whatever its client throws',
    caughtBy: 'a failure of the provider is a PluginError of its code, in every call',
    create: () =>
      brokenAuth((inner) => ({
        check: (token, signal) =>
          inner.check(token, signal).catch(() => {
            throw new TypeError('fetch failed');
          }),
      })),
  },
  {
    mistake: 'writes the reason raw into its request',
    caughtBy: 'the reason is shown as it is, whatever characters are in it',
    create: () =>
      brokenAuth((inner) => ({
        challenge: (request, signal) =>
          inner.challenge({ ...request, reason: request.reason.split('&')[0] ?? '' }, signal),
      })),
  },
  {
    mistake: 'sends no prompt with a reason that is too long',
    caughtBy: 'a reason too long or garbled is cut or cleaned, and the prompt goes out',
    create: () =>
      brokenAuth((inner) => ({
        async challenge(request, signal) {
          if (request.reason.length > 20_000) throw new PluginError('REJECTED', 'auth: 40002 invalid request');
          return inner.challenge(request, signal);
        },
      })),
  },
  {
    mistake: 'writes the subject raw into its request',
    caughtBy: 'a subject is one account: no text in it reaches another',
    create: () => {
      const last = (subject: string) => subject.split('&username=').at(-1) ?? subject;
      return brokenAuth((inner) => ({
        readiness: (subject, signal) => inner.readiness(last(subject), signal),
        challenge: (request, signal) => inner.challenge({ ...request, subject: last(request.subject) }, signal),
      }));
    },
  },
];
