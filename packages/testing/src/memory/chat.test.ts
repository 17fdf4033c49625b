import type { InboundEvent, OutgoingMessage } from '@securitybot/core';
import { expect, test } from 'vitest';
import { turns } from '../clock.js';
import { createGate } from '../suites/wait.js';
import { createMemoryChat } from './chat.js';

const question: OutgoingMessage = {
  key: 'q',
  nodes: [{ type: 'text', text: 'Did you?' }],
  choices: [
    { label: 'Yes', value: 'y' },
    { label: 'No', value: 'n', asksReason: true },
  ],
};

function receiver() {
  const events: InboundEvent[] = [];
  return { events, receive: async (event: InboundEvent) => void events.push(event) };
}

test('people type, press and open a page; the bot sees their ids', async () => {
  const chat = createMemoryChat({ people: ['ann'] });
  const { events, receive } = receiver();
  await chat.start(receive);
  const { id } = await chat.send({ user: 'U-ANN' }, question);
  await chat.say('ann', 'hi');
  await chat.press('U-ANN', id, 'Yes');
  await chat.press('ann', id, 'No', 'was asleep');
  await chat.open('ann');
  expect(events).toMatchObject([
    { user: 'U-ANN', type: 'text', text: 'hi' },
    { user: 'U-ANN', type: 'choice', value: 'y' },
    { user: 'U-ANN', type: 'choice', value: 'n', reason: 'was asleep' },
    { user: 'U-ANN', type: 'opened' },
  ]);
  expect(events[1]).not.toHaveProperty('reason');
});

test('a test that names somebody or something that is not there is told what is', async () => {
  const chat = createMemoryChat({ people: ['ann', 'bob'] });
  await expect(chat.say('eve', 'hi')).rejects.toThrow('There are: ann (U-ANN), bob (U-BOB).');
  const { id } = await chat.send({ user: 'U-ANN' }, question);
  await expect(chat.press('ann', id, 'Maybe')).rejects.toThrow('It has had: "Yes", "No".');
  await expect(chat.press('bob', id, 'Yes')).rejects.toThrow('has no button "Yes"');
  await expect(chat.redeliver()).rejects.toThrow('Nothing has happened');
});

test('an old screen still shows the buttons of a message that was edited', async () => {
  const chat = createMemoryChat({ people: ['ann'] });
  const { events, receive } = receiver();
  await chat.start(receive);
  const ref = await chat.send({ user: 'U-ANN' }, question);
  await chat.edit(ref, { key: 'q', nodes: [{ type: 'text', text: 'Too late.' }] });
  expect(chat.inbox('ann')).toMatchObject([{ text: 'Too late.', choices: [], edited: true }]);
  await chat.press('ann', ref.id, 'Yes');
  expect(events).toMatchObject([{ type: 'choice', value: 'y' }]);
});

test('what nobody was there for is delivered to who connects; what somebody holds is not', async () => {
  const first = createMemoryChat({ people: ['ann'] });
  const second = createMemoryChat({ workspace: first.workspace });
  await first.say('ann', 'early');
  const { events, receive } = receiver();
  const gate = createGate();
  await first.start(() => gate.opened);
  await turns();
  await second.start(receive);
  await turns();
  expect(events).toEqual([]);
  expect(first.unacknowledged()).toEqual(['E1']);
  gate.open();
  await turns();
  expect(first.unacknowledged()).toEqual([]);
});

test('kill -9 in the middle of an event leaves it to the next process', async () => {
  const chat = createMemoryChat({ people: ['ann'] });
  await chat.start(() => new Promise(() => {}));
  void chat.say('ann', 'yes');
  await turns();
  chat.kill();
  const next = createMemoryChat({ workspace: chat.workspace });
  const { events, receive } = receiver();
  await next.start(receive);
  await turns();
  expect(events).toMatchObject([{ id: 'E1', text: 'yes' }]);
  expect(next.unacknowledged()).toEqual([]);
});

test('fails on demand, once for each time, by method, with or without having done it; and keeps book', async () => {
  const chat = createMemoryChat({ people: ['ann'] });
  const to = { user: 'U-ANN' };
  chat.failNext(1, 'RATE_LIMITED', { on: 'send' });
  await chat.findUser({ id: 'U-ANN' });
  await expect(chat.send(to, question)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1000 });
  expect(chat.inbox('ann')).toEqual([]);
  chat.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { done: true });
  await expect(chat.send(to, question)).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: false });
  expect(chat.inbox('ann')).toHaveLength(1);
  chat.mend();
  await chat.send(to, { ...question, key: 'other' });
  expect(chat.calls.map(({ method }) => method)).toEqual(['findUser', 'send', 'send', 'send']);
  expect(chat.inbox('ann')).toHaveLength(2);
});

test('renaming changes a name and never the id; the deactivated are not written to', async () => {
  const chat = createMemoryChat({ people: ['ann', 'bob'] });
  chat.rename('bob', { username: 'ann' });
  expect(await chat.findUser({ username: 'ann' })).toEqual({ none: 'ambiguous' });
  chat.deactivate('U-BOB');
  expect(await chat.findUser({ username: 'ann' })).toMatchObject({ user: { id: 'U-ANN' } });
  expect(await chat.findUser({ id: 'U-BOB' })).toEqual({ none: 'ineligible' });
  await expect(chat.send({ user: 'U-BOB' }, question)).rejects.toMatchObject({ code: 'REJECTED' });
});
