import type { Auth } from '@securitybot/core';
import { createClock } from '../clock.js';
import { createMemoryAuth, type MemoryAuth } from '../memory/auth.js';
import type { AuthHarness } from '../suites/auth/harness.js';

type Changes = (memory: MemoryAuth) => Partial<AuthHarness>;

/** The memory auth and its phones; `changes` may put a broken plugin in its place. */
export function authHarness(changes: Changes = () => ({})): AuthHarness {
  const memory = createMemoryAuth({ clock: createClock(), enrolled: ['ann', 'bob'], hint: '42' });
  const hindered = { 'no-device': 'dan', 'locked-out': 'lea', bypassed: 'bea' } as const;
  for (const [reason, subject] of Object.entries(hindered) as [keyof typeof hindered, string][]) {
    memory.setReadiness(subject, { ready: false, reason });
  }
  return {
    auth: memory,
    ready: 'ann',
    other: 'bob',
    hindered: { ...hindered, 'not-enrolled': 'eve' },
    approve: memory.approve,
    deny: memory.deny,
    fraud: memory.fraud,
    expire: memory.expire,
    prompts: memory.prompts,
    restart: () => createMemoryAuth({ phones: memory.phones }),
    becomes: (subject, reason) => memory.setReadiness(subject, { ready: false, reason }),
    fail: (code) => memory.failNext(Number.POSITIVE_INFINITY, code),
    mend: memory.mend,
    loseAnswers: () => memory.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { done: true }),
    ...changes(memory),
  };
}

/** A harness whose auths all have the same mistake; `inner` works. */
export function brokenAuth(mistake: (inner: MemoryAuth) => Partial<Auth>, changes: Changes = () => ({})): AuthHarness {
  return authHarness((memory) => {
    const wrap = (inner: MemoryAuth): Auth => ({ ...inner, ...mistake(inner) });
    return {
      patienceMs: 100,
      auth: wrap(memory),
      restart: () => wrap(createMemoryAuth({ phones: memory.phones })),
      ...changes(memory),
    };
  });
}
