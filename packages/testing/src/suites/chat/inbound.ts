import assert from 'node:assert/strict';
import type { InboundEvent } from '@securitybot/core';
import { turns } from '../../clock.js';
import { same } from '../compare.js';
import { CONTROL_TEXT, HOSTILE_TEXTS } from '../hostile.js';
import { needs, type Rule } from '../rule.js';
import { until } from '../wait.js';
import {
  beginTaking,
  type ChatHarness,
  checkTime,
  collect,
  either,
  exchange,
  needsBob,
  note,
  received,
  texts,
} from './harness.js';

/** How what people do comes in. */
export const inboundRules: readonly Rule<ChatHarness>[] = [
  {
    rule: 'what somebody types is delivered as they typed it, with their id, an event id of its own and a time in ms',
    async run(harness) {
      const { chat, people } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      const typed = ['yes, I’m sure', '“yes” – it was me…', ...HOSTILE_TEXTS];
      for (const text of typed) {
        const event = await exchange(harness, events, text);
        assert.equal(event.user, people.ann.id, 'the sender');
        assert.ok(typeof event.id === 'string' && event.id !== '', 'an event without an id');
        checkTime('sentAt', event.sentAt);
      }
      same('the words', texts(events), typed);
      assert.equal(new Set(events.map(({ id }) => id)).size, typed.length, 'two events have one id');
      await chat.stop();
    },
  },
  {
    rule: 'the sender is whom the provider names, whatever people call themselves',
    skip: either(needs('rename'), needsBob),
    async run(harness) {
      const { chat, people, rename, say } = harness;
      const { ann, bob } = people;
      assert.ok(bob);
      await rename?.(bob.id, ann.username);
      const { events, receive } = collect();
      await chat.start(receive);
      await say(bob.id, 'yes, that was me, ann');
      const [event] = await received(harness, events, 1);
      assert.equal(event?.user, bob.id);
      const found = await chat.findUser({ username: ann.username });
      assert.ok(!('user' in found) || found.user.id === ann.id, 'who calls himself ann is taken for ann');
      await chat.stop();
    },
  },
  {
    rule: 'what comes from nobody whom the provider vouches for is not delivered',
    skip: needs('sayAsStranger'),
    async run(harness) {
      const { chat, sayAsStranger } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      await exchange(harness, events, 'before');
      await sayAsStranger?.('yes, that was me, ann');
      await exchange(harness, events, 'after');
      await exchange(harness, events, 'long after'); // the first may have overtaken it, on another way
      same('what was delivered', texts(events), ['before', 'after', 'long after']);
      await chat.stop();
    },
  },
  {
    rule: 'the messages of one person are delivered in their order, however long each takes',
    async run(harness) {
      const { chat, people, say } = harness;
      const events: InboundEvent[] = [];
      await chat.start(async (event) => {
        events.push(event);
        await turns(events.length % 3);
      });
      const typed = Array.from({ length: 20 }, (_, index) => `message ${index}`);
      for (const text of typed) await say(people.ann.id, text);
      same('the order', texts(await received(harness, events, typed.length)), typed);
      await chat.stop();
    },
  },
  {
    rule: 'an event is acknowledged only after receive has resolved',
    skip: needs('unacknowledged'),
    async run(harness) {
      const { chat, unacknowledged } = harness;
      const gate = await beginTaking(harness);
      await turns();
      assert.equal(await unacknowledged?.(), 1, 'acknowledged before it was taken');
      gate.open();
      await until(harness, 'the acknowledgement', async () => (await unacknowledged?.()) === 0);
      await chat.stop();
    },
  },
  {
    rule: 'an event that receive rejects is not acknowledged, and comes again with the same id and content',
    skip: needs('redeliver'),
    async run(harness) {
      const { chat, people, say, redeliver, unacknowledged } = harness;
      const events: InboundEvent[] = [];
      await chat.start(async (event) => {
        events.push(event);
        if (events.length === 1) throw new Error('the store is down');
      });
      await say(people.ann.id, 'yes');
      await received(harness, events, 1);
      await turns();
      if (unacknowledged) assert.equal(await unacknowledged(), 1, 'acknowledged, though nobody took it');
      await redeliver?.();
      const [first, second] = await received(harness, events, 2);
      same('the second time', second, first);
      await chat.stop();
    },
  },
  {
    rule: 'an event whose receiver was killed comes to the next process with the same id',
    skip: needs('redeliver'),
    async run(harness) {
      const { chat, people, say, redeliver, restart } = harness;
      const lost = collect();
      await chat.start(async (event) => {
        await lost.receive(event);
        await new Promise(() => {});
      });
      await say(people.ann.id, 'yes');
      const [before] = await received(harness, lost.events, 1);
      const next = await restart();
      const { events, receive } = collect();
      await next.start(receive);
      await redeliver?.();
      const [after] = await received(harness, events, 1);
      same('in the next process', after, before);
      await next.stop();
    },
  },
  {
    rule: 'a receive that rejects does not end the delivery',
    async run(harness) {
      const { chat, people, say } = harness;
      const events: InboundEvent[] = [];
      await chat.start(async (event) => {
        events.push(event);
        if (event.type === 'text' && event.text === 'bad') throw new Error('cannot take it');
      });
      await say(people.ann.id, 'bad');
      await received(harness, events, 1);
      await say(people.ann.id, 'good');
      await until(harness, 'the next message', () => texts(events).includes('good'));
      await chat.stop();
    },
  },
  {
    rule: 'an empty, a huge or a garbled message does not end the delivery',
    async run(harness) {
      const { chat, people, say } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      for (const text of ['', '   ', 'x'.repeat(300_000), CONTROL_TEXT]) await say(people.ann.id, text);
      await say(people.ann.id, 'still there?');
      await until(harness, 'the message after them', () => texts(events).includes('still there?'));
      await chat.stop();
    },
  },
  {
    rule: 'the bot does not hear itself',
    async run(harness) {
      const { chat, people, roomName } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      await chat.send({ user: people.ann.id }, note('k1', 'Did you do this?'));
      await chat.send({ room: roomName }, note('k2', 'ann: sudo'));
      await exchange(harness, events, 'yes');
      same('what was delivered', texts(events), ['yes']);
      await chat.stop();
    },
  },
  {
    rule: 'only direct messages are delivered, not what is said in rooms',
    skip: needs('sayInRoom'),
    async run(harness) {
      const { chat, people, sayInRoom } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      await sayInRoom?.(people.ann.id, 'yes, I have seen it too');
      await exchange(harness, events, 'yes');
      same('what was delivered', texts(events), ['yes']);
      await chat.stop();
    },
  },
];
