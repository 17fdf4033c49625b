import { expect, test } from 'vitest';
import { createLink } from '../access/sessions.js';
import { DemoState } from '../contract/demo.js';
import { follow } from '../fixtures/events.js';
import { openMemory } from '../fixtures/memory.js';
import { openRoom } from '../fixtures/room.js';
import { serve } from '../fixtures/serve.js';

const { signal } = new AbortController();

test('a room tells its state as it changes, takes lines and answers, and nothing once its session has ended', async () => {
  const database = await openMemory();
  const { room, phone, heard } = openRoom();
  const { url, nobody } = await serve(database, { demo: room });
  const code = await createLink(database, { name: 'bob', role: 'admin' });
  const signedIn = await nobody('/api/session', { method: 'POST', body: { code } });
  const { csrf, demo } = signedIn.json<{ csrf: string; demo: boolean }>();
  expect(demo).toBe(true);
  const headers = { cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '', 'x-csrf-token': csrf };
  const post = (path: string, body: unknown) => nobody(path, { method: 'POST', headers, body });

  const follower = await follow(url, headers, '/api/demo');
  const state = async () => DemoState.parse(JSON.parse((await follower.next())?.data ?? ''));
  expect(await state()).toEqual({ user: 'ann', chat: [], pushes: [] });
  expect((await post('/api/demo/chat', { text: 'yes <b>' })).status).toBe(200);
  expect((await state()).chat).toEqual([{ n: 1, speaker: 'ann:', text: 'yes <b>', own: true }]);
  expect(heard).toEqual(['yes <b>']);
  await phone.challenge({ id: 'c1', subject: 'ann', reason: 'sudo' }, signal);
  expect((await state()).pushes).toEqual([{ id: 'c1', reason: 'sudo' }]);
  const answer = { id: 'c1', answer: 'approved' };
  expect((await post('/api/demo/phone', answer)).json()).toEqual({ changed: true });
  expect((await state()).pushes).toEqual([]);
  expect(await phone.check('c1', signal)).toBe('approved');
  expect((await post('/api/demo/phone', { ...answer, answer: 'fraud' })).json()).toEqual({ changed: false });
  expect(await phone.check('c1', signal)).toBe('approved');
  expect((await post('/api/demo/phone', { ...answer, answer: 'maybe' })).status).toBe(400);
  expect(
    (await nobody('/api/demo/chat', { method: 'POST', headers: { cookie: headers.cookie }, body: { text: 'x' } }))
      .status,
  ).toBe(403);

  await nobody('/api/session', { method: 'DELETE', headers });
  await room.say('a secret');
  expect(await follower.next()).toBeUndefined();
});
