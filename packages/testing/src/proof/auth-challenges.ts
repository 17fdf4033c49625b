import { PluginError } from '@securitybot/core';
import type { AuthHarness } from '../suites/auth/harness.js';
import { until } from '../suites/wait.js';
import { brokenAuth } from './auth-harness.js';
import type { Broken } from './broken.js';

const once = 'one id prompts once, however often it is asked for';

/** Mistakes with prompts and their answers. */
export const brokenChallenges: readonly Broken<AuthHarness>[] = [
  {
    mistake: 'treats a bypass as proof',
    caughtBy: 'a bypass is not an approval, whenever it is set',
    create: () =>
      brokenAuth((inner) => ({
        async check(token, signal) {
          const result = await inner.check(token, signal);
          return result === 'bypassed' ? 'approved' : result;
        },
      })),
  },
  {
    mistake: 'waits for who is locked out',
    caughtBy: 'an account that is locked out is not approved, whenever it is locked',
    create: () =>
      brokenAuth((inner) => ({
        async check(token, signal) {
          const result = await inner.check(token, signal);
          return result === 'locked-out' ? 'pending' : result;
        },
      })),
  },
  {
    mistake: 'lets in whoever cannot be prompted',
    caughtBy: 'who cannot be prompted is never approved, nor kept waiting',
    create: () =>
      brokenAuth((inner) => ({
        challenge: (request, signal) => inner.challenge(request, signal).catch(() => ({ token: 'none needed' })),
        check: async (token, signal) => (token === 'none needed' ? 'approved' : inner.check(token, signal)),
      })),
  },
  {
    mistake: 'takes every answer but a denial for an approval',
    caughtBy: 'a token that nobody was given is never approved',
    create: () =>
      brokenAuth((inner) => ({
        check: (token, signal) => inner.check(token, signal).catch(() => 'approved' as const),
      })),
  },
  {
    mistake: 'prompts each time it is asked',
    caughtBy: once,
    create: () => {
      let count = 0;
      return brokenAuth((inner) => ({
        challenge(request, signal) {
          count += 1;
          return inner.challenge({ ...request, id: `${request.id} ${count}` }, signal);
        },
      }));
    },
  },
  {
    mistake: 'remembers the ids of its challenges once they are sent: too late for two at once',
    caughtBy: 'one id prompts once, when it is asked for many times at once',
    create: () => {
      const sent = new Map<string, { readonly token: string }>();
      let count = 0;
      return brokenAuth((inner) => ({
        async challenge(request, signal) {
          const known = sent.get(request.id);
          if (known) return known;
          count += 1;
          const answer = await inner.challenge({ ...request, id: `${request.id} ${count}` }, signal);
          sent.set(request.id, answer);
          return answer;
        },
      }));
    },
  },
  {
    mistake: 'remembers the ids of its challenges in the process',
    caughtBy: 'one id prompts once, in another process too',
    create: () => {
      let processes = 0;
      return brokenAuth((inner) => {
        processes += 1;
        const own = processes;
        return { challenge: (request, signal) => inner.challenge({ ...request, id: `${own} ${request.id}` }, signal) };
      });
    },
  },
  {
    mistake: 'tries again by itself when an answer was lost',
    caughtBy: 'a prompt whose answer was lost is not sent again under the same id',
    create: () =>
      brokenAuth((inner) => ({
        challenge: (request, signal) =>
          inner
            .challenge(request, signal)
            .catch(() => inner.challenge({ ...request, id: `${request.id} again` }, signal)),
      })),
  },
  {
    mistake: 'says "not sent" of a prompt whose answer was lost',
    caughtBy: 'when a prompt went out and the answer was lost, the error does not say that nothing was sent',
    create: () =>
      brokenAuth((inner) => ({
        challenge: (request, signal) =>
          inner.challenge(request, signal).catch((error: PluginError) => {
            throw new PluginError(error.code, error.message, { notSent: true });
          }),
      })),
  },
  {
    mistake: 'counts an id as used though nothing was sent',
    caughtBy: 'when an error says that nothing was sent, nobody was prompted, and the same id may be tried again',
    create: () => {
      const used = new Set<string>();
      return brokenAuth((inner) => ({
        async challenge(request, signal) {
          if (used.has(request.id)) return { token: 'used' };
          used.add(request.id);
          return inner.challenge(request, signal);
        },
      }));
    },
  },
  {
    mistake: 'asks for the last prompt of the person, not for that of the token',
    caughtBy: 'another id is another prompt with a result of its own',
    create: () => {
      const firsts = new Map<string, string>();
      const subjects = new Map<string, string>();
      return brokenAuth((inner) => ({
        async challenge(request, signal) {
          const answer = await inner.challenge(request, signal);
          subjects.set(answer.token, request.subject);
          if (!firsts.has(request.subject)) firsts.set(request.subject, answer.token);
          return answer;
        },
        check: (token, signal) => inner.check(firsts.get(subjects.get(token) ?? '') ?? token, signal),
      }));
    },
  },
  {
    mistake: 'keeps one challenge for everybody',
    caughtBy: 'the approval of one person proves nothing about another',
    create: () => {
      let last: string | undefined;
      return brokenAuth((inner) => ({
        async challenge(request, signal) {
          const answer = await inner.challenge(request, signal);
          last = answer.token;
          return answer;
        },
        check: (token, signal) => inner.check(token.startsWith('T') ? (last ?? token) : token, signal),
      }));
    },
  },
  {
    mistake: 'keeps its tokens in the process',
    caughtBy: 'a challenge that was sent by one process is settled by another',
    create: () =>
      brokenAuth((inner) => {
        const own = new Set<string>();
        return {
          async challenge(request, signal) {
            const answer = await inner.challenge(request, signal);
            own.add(answer.token);
            return answer;
          },
          check: async (token, signal) => (own.has(token) ? inner.check(token, signal) : 'expired'),
        };
      }),
  },
  {
    mistake: 'tells a result once',
    caughtBy: 'check is safe to repeat: what is settled stays so, in any process',
    create: () => {
      const told = new Set<string>();
      return brokenAuth((inner) => ({
        async check(token, signal) {
          const result = await inner.check(token, signal);
          if (told.has(token)) return 'expired';
          if (result !== 'pending') told.add(token);
          return result;
        },
      }));
    },
  },
  ...(
    [
      ['approved', 'pending', 'forgets to look at approvals', 'what the person approves is approved'],
      ['denied', 'expired', 'takes a denial for a prompt that ran out', 'what the person denies is denied'],
      ['fraud', 'denied', 'takes fraud for a denial', 'what the person did not ask for is fraud, not merely denied'],
      ['expired', 'pending', 'waits for ever', 'what nobody answers in time is expired'],
    ] as const
  ).map(([from, to, mistake, caughtBy]) => ({
    mistake,
    caughtBy,
    create: () =>
      brokenAuth((inner) => ({
        async check(token, signal) {
          const result = await inner.check(token, signal);
          return result === from ? to : result;
        },
      })),
  })),
  {
    mistake: 'challenge resolves when the prompt is answered',
    caughtBy:
      'challenge prompts its subject once and nobody else, and resolves when the prompt is out, not when it is answered',
    create: () =>
      brokenAuth(
        (inner) => ({
          async challenge(request, signal) {
            const answer = await inner.challenge(request, signal);
            const answered = async () => (await inner.check(answer.token, signal)) !== 'pending';
            await until({ patienceMs: 30 }, 'an answer', answered).catch(() => {
              throw new PluginError('UNAVAILABLE', 'auth: nobody answered');
            });
            return answer;
          },
        }),
        () => ({ patienceMs: 10 }),
      ),
  },
];
