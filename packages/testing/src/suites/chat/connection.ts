import assert from 'node:assert/strict';
import { type InboundEvent, isPluginError } from '@securitybot/core';
import { turns } from '../../clock.js';
import { same } from '../compare.js';
import { rejection } from '../errors.js';
import { needs, type Rule } from '../rule.js';
import { createGate, soon, until } from '../wait.js';
import { beginTaking, type ChatHarness, collect, exchange, note, texts } from './harness.js';

/** Sends it, again and again while the connection is on its way back, as the engine does. */
const goesOut = (harness: ChatHarness, text: string): Promise<void> =>
  until(harness, `a message to go out: ${text}`, async () => {
    const { chat, people, messages } = harness;
    try {
      await chat.send({ user: people.ann.id }, note(text, text));
    } catch (error) {
      if (!isPluginError(error) || error.code !== 'UNAVAILABLE') throw error;
      return false;
    }
    return (await messages(people.ann.id)).some((message) => message.text.includes(text));
  });

/** How the connection begins, breaks, comes back and ends. */
export const connectionRules: readonly Rule<ChatHarness>[] = [
  {
    rule: 'after each cut of the connection, what people type comes once and in order, and messages go out',
    skip: needs('disconnect'),
    async run(harness) {
      const { chat, people, say, disconnect } = harness;
      // By their ids: what was under way may come again.
      const delivered = new Map<string, InboundEvent>();
      let gate = createGate();
      await chat.start(async (event) => {
        delivered.set(event.id, event);
        await gate.opened;
      });
      const typed: string[] = [];
      const type = async (text: string) => {
        typed.push(text);
        await say(people.ann.id, text);
      };
      const arrival = () =>
        until(harness, `to be delivered: ${typed.at(-1)}`, () => delivered.size >= typed.length).then(() =>
          same('what was delivered', texts([...delivered.values()]), typed),
        );
      for (const cut of ['first', 'second']) {
        gate = createGate();
        await type(`under way at the ${cut} cut`);
        await arrival();
        await disconnect?.();
        gate.open();
        await type(`the ${cut} cut is just over`);
        await type(`the ${cut} cut is over`);
        await arrival();
        await goesOut(harness, `after the ${cut} cut`);
      }
      await chat.stop();
    },
  },
  {
    rule: 'stop may be called before start, and twice',
    async run(harness) {
      const { chat, restart } = harness;
      await soon(harness, 'stop before start', chat.stop());
      const next = await restart();
      await next.start(collect().receive);
      await soon(harness, 'stop', Promise.all([next.stop(), next.stop()]));
      await soon(harness, 'stop once more', next.stop());
    },
  },
  {
    rule: 'stop resolves only when no event is under way',
    async run(harness) {
      const { chat } = harness;
      const gate = await beginTaking(harness);
      let stopped = false;
      const stopping = chat.stop().then(() => {
        stopped = true;
      });
      await turns();
      assert.equal(stopped, false, 'stopped while an event was being taken');
      gate.open();
      await soon(harness, 'stop, once the event was taken', stopping);
    },
  },
  {
    rule: 'after stop nothing more is delivered',
    async run(harness) {
      const { chat, people, say, restart } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      await exchange(harness, events, 'before');
      await chat.stop();
      await say(people.ann.id, 'after');
      const next = await restart();
      const later = collect();
      await next.start(later.receive);
      await say(people.ann.id, 'to the next');
      await until(harness, 'a message to the next process', () => texts(later.events).includes('to the next'));
      same('what the stopped one got', texts(events), ['before']);
      await next.stop();
    },
  },
  {
    rule: 'start with wrong credentials throws a PluginError, BAD_CREDENTIALS',
    skip: needs('fail'),
    async run({ chat, fail }) {
      await fail?.('BAD_CREDENTIALS');
      await rejection('start', chat.start(collect().receive), ['BAD_CREDENTIALS']);
      await chat.stop();
    },
  },
];
