import { expect, it } from 'vitest';
import { createDesk } from './fixtures/desk.js';
import { createDemoAuth, createDemoRoom } from './index.js';

const { signal } = new AbortController();

async function createRoom() {
  const desk = createDesk();
  const clock = { now: 1_000_000 };
  const phone = createDemoAuth(desk.terminal, { now: () => clock.now });
  const room = createDemoRoom(desk.terminal, phone);
  const heard: string[] = [];
  let changes = 0;
  const leave = room.follow(() => {
    changes += 1;
  });
  await desk.chat.start(async (event) => {
    if (event.type === 'text') heard.push(event.text);
  });
  return { ...desk, clock, phone, room, heard, leave, changes: () => changes };
}

const texts = (room: Awaited<ReturnType<typeof createRoom>>['room']) =>
  room.state().chat.map(({ speaker, text, own }) => [speaker, text, own]);

it('shows what the terminal shows, and says what the terminal then shows', async () => {
  const { room, chat, terminal, heard, shown, changes, leave } = await createRoom();
  await chat.send({ user: 'terminal:ann' }, { key: '1', nodes: [{ type: 'text', text: 'Was it\n\u001b[2Jyou?' }] });
  await room.say('no\r\n#security: it was');
  await room.say('  \n ');
  expect(heard).toEqual(['no #security: it was']);
  expect(shown()).toContain('ann: no #security: it was\n');
  expect(texts(room)).toEqual([
    ['securitybot:', 'Was it\n[2Jyou?', false],
    ['ann:', 'no #security: it was', true],
  ]);
  expect(changes()).toBe(2);
  leave();
  await chat.send({ room: '#security' }, { key: '2', nodes: [{ type: 'text', text: 'denied' }] });
  expect(changes()).toBe(2);
  expect(texts(room).at(-1)).toEqual(['#security:', 'denied', false]);
  await terminal.close();
  await expect(room.say('late')).rejects.toMatchObject({ code: 'REJECTED' });
  expect(texts(room)).toHaveLength(3);
});

it('answers the very push that it shows, once, and none that is over', async () => {
  const { room, phone, clock, heard } = await createRoom();
  for (const id of ['one', 'two', 'three']) await phone.challenge({ id, subject: 'ann', reason: `push ${id}` }, signal);
  expect(room.state().pushes.map(({ reason }) => reason)).toEqual(['push one', 'push two', 'push three']);
  expect(await room.answer('one', 'approved')).toBe(true);
  expect(await room.answer('one', 'fraud')).toBe(false);
  expect(await room.answer('none', 'approved')).toBe(false);
  await room.say('deny'); // typed, it is for the one shown last
  expect(room.state().pushes).toEqual([{ id: 'two', reason: 'push two' }]);
  clock.now += 60_000;
  expect(room.state().pushes).toEqual([]);
  expect(await room.answer('two', 'approved')).toBe(false);
  expect(await Promise.all(['one', 'two', 'three'].map((id) => phone.check(id, signal)))).toEqual([
    'approved',
    'expired',
    'denied',
  ]);
  expect(heard).toEqual([]);
  expect(texts(room)).toEqual([['ann:', 'deny', true]]);
});

it('hears what is typed at the terminal, remembers the last hundred, and says nothing before a bot listens', async () => {
  const { room, terminal, input } = await createRoom();
  input.end(Array.from({ length: 120 }, (_, i) => `line ${i}\n`).join(''));
  await terminal.run({ idle: async () => {} });
  const { chat } = room.state();
  expect([chat.length, chat[0]?.text, chat.at(-1)?.text]).toEqual([100, 'line 20', 'line 119']);

  const desk = createDesk();
  const early = createDemoRoom(desk.terminal, createDemoAuth(desk.terminal));
  await expect(early.say('hi')).rejects.toMatchObject({ code: 'REJECTED' });
});
