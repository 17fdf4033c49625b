import { createClock, createMemoryAuth, createMemoryChat } from '@securitybot/testing';
import { expect, test } from 'vitest';

test('a prompt runs out on the simulated clock', async () => {
  const clock = createClock();
  const auth = createMemoryAuth({ clock, enrolled: ['ann'], expiresMs: 60_000 });
  const { signal } = new AbortController();
  const { token } = await auth.challenge({ id: 'c1', subject: 'ann', reason: 'sudo on web-1' }, signal);
  expect(auth.prompts('ann')).toHaveLength(1);
  await clock.advance(60_000);
  expect(await auth.check(token, signal)).toBe('expired');
});

test('a chat that is down', async () => {
  const chat = createMemoryChat({ people: ['ann'] });
  chat.failNext(1, 'RATE_LIMITED', { on: 'send' });
  const message = { key: 'k1', nodes: [{ type: 'text', text: 'Did you do this?' }] } as const;
  await expect(chat.send({ user: 'U-ANN' }, message)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await chat.send({ user: 'U-ANN' }, message);
  expect(chat.inbox('ann').map(({ text }) => text)).toEqual(['Did you do this?']);
});
