import assert from 'node:assert/strict';
import type { MessageNode, MessageRef } from '@securitybot/core';
import { same } from '../compare.js';
import { rejection } from '../errors.js';
import { MARKUP_TEXTS } from '../hostile.js';
import { needs, type Rule } from '../rule.js';
import { type ChatHarness, checkTime, collect, exchange, note, type ReadMessage, squeeze } from './harness.js';

const texts = (messages: readonly ReadMessage[]) => messages.map(({ text }) => squeeze(text));

/** Everywhere the bot can write to. */
function placesOf({ people, roomName, messages, room }: ChatHarness) {
  const persons = Object.entries(people).map(([name, { id }]) => ({
    name,
    to: { user: id },
    read: () => messages(id),
  }));
  return [...persons, { name: 'the room', to: { room: roomName }, read: () => room(roomName) }];
}

/** How messages go out. */
export const outboundRules: readonly Rule<ChatHarness>[] = [
  {
    rule: 'send brings a message to the person, or to the room, and to nobody else',
    async run(harness) {
      const refs: MessageRef[] = [];
      for (const { name, to } of placesOf(harness)) refs.push(await harness.chat.send(to, note(name, `for ${name}`)));
      for (const { name, read } of placesOf(harness)) {
        const messages = texts(await read());
        assert.equal(messages.length, 1, `messages for ${name}`);
        assert.ok(messages[0]?.includes(`for ${name}`), `for ${name} came: ${messages[0]}`);
      }
      for (const { id, sentAt } of refs) {
        assert.ok(typeof id === 'string' && id !== '', 'a MessageRef without an id');
        checkTime('sentAt', sentAt);
      }
      assert.equal(new Set(refs.map(({ id }) => id)).size, refs.length, 'two messages have one id');
    },
  },
  {
    rule: 'a message is shown whole, its parts in order',
    async run({ chat, people, messages }) {
      const nodes: readonly MessageNode[] = [
        { type: 'strong', text: 'first' },
        { type: 'text', text: ': second' },
        { type: 'break' },
        { type: 'code', text: 'third' },
        { type: 'quote', text: 'fourth\nfifth' },
        { type: 'link', url: 'https://sixth.example/?a=1&b=2' },
      ];
      await chat.send({ user: people.ann.id }, { key: 'k', nodes });
      const read = texts(await messages(people.ann.id)).join(' ');
      let from = 0;
      for (const part of ['first', ': second', 'third', 'fourth', 'fifth', 'https://sixth.example/?a=1&b=2']) {
        const at = read.indexOf(part, from);
        assert.ok(at >= 0, `"${part}" is not where it belongs in: ${read}`);
        from = at + part.length;
      }
    },
  },
  {
    rule: 'text stays text: no markup in it mentions, links or formats anything',
    async run({ chat, people, messages }) {
      for (const [index, text] of MARKUP_TEXTS.entries()) {
        const nodes = (['text', 'strong', 'code', 'quote'] as const).flatMap((type): MessageNode[] => [
          { type, text },
          { type: 'break' },
        ]);
        await chat.send({ user: people.ann.id }, { key: `k${index}`, nodes });
        const last = (await messages(people.ann.id)).at(-1);
        assert.equal(
          squeeze(last?.text ?? '').split(squeeze(text)).length,
          5,
          `"${text}", four times in: ${last?.text}`,
        );
        same(`mentions by "${text}"`, last?.mentions, []);
        same(`links by "${text}"`, last?.links, []);
      }
    },
  },
  {
    rule: 'a link is clickable only where it is http or https, and leads where it says',
    async run({ chat, people, messages }) {
      const urls = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://a.example/|b>', 'no url'];
      for (const [index, url] of urls.entries()) {
        await chat.send({ user: people.ann.id }, { key: `k${index}`, nodes: [{ type: 'link', url }] });
        const last = (await messages(people.ann.id)).at(-1);
        assert.ok(squeeze(last?.text ?? '').includes(url), `"${url}" is not shown in: ${last?.text}`);
        if (!url.startsWith('https:')) same(`links by "${url}"`, last?.links, []);
        for (const link of last?.links ?? [])
          assert.equal(new URL(link).host, 'a.example', `"${url}" leads to ${link}`);
      }
    },
  },
  {
    rule: 'of a message of any length, beginning and end are shown',
    async run({ chat, people, messages }) {
      const nodes: readonly MessageNode[] = [
        { type: 'text', text: 'It begins here.' },
        { type: 'quote', text: 'evidence line\n'.repeat(20_000) },
        { type: 'text', text: 'Did you do this?' },
      ];
      await chat.send({ user: people.ann.id }, { key: 'k', nodes });
      const read = texts(await messages(people.ann.id)).join(' ');
      assert.ok(read.includes('It begins here.'), 'its beginning is lost');
      assert.ok(read.includes('Did you do this?'), 'its end is lost');
    },
  },
  {
    rule: 'the same message again, in another process too, is taken again: it is there once or more, not less',
    async run({ chat, people, messages, restart }) {
      const to = { user: people.ann.id };
      const message = note('k', 'Did you do this?');
      for (const process of [() => chat, () => chat, restart]) {
        const { id } = await (await process()).send(to, message);
        assert.ok(id !== '', 'a MessageRef without an id');
      }
      const read = texts(await messages(people.ann.id));
      assert.ok(read.length >= 1 && read.length <= 3, `it is there ${read.length} times`);
      for (const text of read) assert.ok(text.includes('Did you do this?'), `something else is there: ${text}`);
    },
  },
  {
    rule: 'messages of different keys are different messages, though they say the same',
    async run({ chat, people, messages }) {
      await chat.send({ user: people.ann.id }, note('k1', 'the same'));
      await chat.send({ user: people.ann.id }, note('k2', 'the same'));
      assert.equal((await messages(people.ann.id)).length, 2);
    },
  },
  {
    rule: 'the same key to somebody else is another message',
    async run(harness) {
      const places = placesOf(harness);
      for (const { to } of places) await harness.chat.send(to, note('k', 'hi'));
      for (const { name, read } of places) assert.equal((await read()).length, 1, `messages for ${name}`);
    },
  },
  {
    rule: 'messages sent at once all arrive, each once and where it belongs',
    async run(harness) {
      const places = placesOf(harness);
      const numbers = Array.from({ length: 10 }, (_, index) => index);
      const words = (name: string, number: number) => `number ${number} for ${name}.`;
      await Promise.all(
        places.flatMap(({ name, to }) =>
          numbers.map((number) => harness.chat.send(to, note(`${name} ${number}`, words(name, number)))),
        ),
      );
      for (const { name, read } of places) {
        const messages = texts(await read());
        const arrived = numbers.filter((number) => messages.some((text) => text.includes(words(name, number))));
        same(`what arrived for ${name}`, arrived, numbers);
        assert.equal(messages.length, numbers.length, `messages for ${name}`);
      }
    },
  },
  {
    rule: 'times of messages and of answers to them are of one clock',
    async run(harness) {
      const { chat, people } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      const { sentAt: asked } = await chat.send({ user: people.ann.id }, note('k', 'Did you do this?'));
      const { sentAt: answered } = await exchange(harness, events, 'yes');
      if (asked !== undefined && answered !== undefined) {
        assert.ok(answered >= asked, `answered at ${answered}, before it was asked at ${asked}`);
      }
      await chat.stop();
    },
  },
  {
    rule: 'what can never be delivered is REJECTED',
    skip: needs('nowhere'),
    async run({ chat, nowhere = [] }) {
      for (const to of nowhere)
        await rejection(`send to ${JSON.stringify(to)}`, chat.send(to, note('k', 'hi')), ['REJECTED']);
    },
  },
  {
    rule: 'a failure of the provider is a PluginError of its code; nothing is there after one that was not sent',
    skip: needs('fail', 'mend'),
    async run({ chat, people, fail, mend, messages }) {
      const to = { user: people.ann.id };
      for (const code of ['UNAVAILABLE', 'RATE_LIMITED', 'BAD_CREDENTIALS', 'REJECTED'] as const) {
        await fail?.(code);
        const error = await rejection(`send, failing with ${code}`, chat.send(to, note(code, code)), [code]);
        await mend?.();
        const there = texts(await messages(people.ann.id)).some((text) => text.includes(code));
        assert.ok(!(error.notSent && there), `${code} says that nothing was sent, and the message is there`);
      }
      await chat.send(to, note('k', 'all is well'));
      assert.ok(texts(await messages(people.ann.id)).some((text) => text.includes('all is well')));
    },
  },
  {
    rule: 'a message can be edited in any process: other words, and no buttons any more',
    skip: ({ chat }) => (chat.edit ? undefined : 'the plugin has no edit'),
    async run({ chat, people, messages, restart }) {
      const choices = [{ label: 'Yes', value: 'y' }];
      const ref = await chat.send({ user: people.ann.id }, note('k', 'Did you do this?', { choices }));
      const next = await restart();
      await next.edit?.(JSON.parse(JSON.stringify(ref)), note('k', 'You said yes.'));
      const read = await messages(people.ann.id);
      assert.equal(read.length, 1, 'an edit is not another message');
      assert.ok(texts(read)[0]?.includes('You said yes.'), `it says: ${texts(read)[0]}`);
      assert.ok(!texts(read)[0]?.includes('Did you do this?'), 'the old words are there still');
      same('its buttons', read[0]?.choices, []);
      await rejection(
        'edit of a message that never was',
        next.edit?.({ id: 'M-NONE' }, note('k', 'x')) ?? Promise.resolve(),
      );
    },
  },
  {
    rule: 'without buttons, a message with choices is shown all the same',
    skip: ({ chat }) => (chat.supports.choices ? 'the plugin shows buttons' : undefined),
    async run({ chat, people, messages }) {
      const choices = [{ label: 'Yes', value: 'y', asksReason: true }];
      await chat.send({ user: people.ann.id }, note('k', 'Did you do this?', { choices }));
      const [read] = await messages(people.ann.id);
      assert.ok(squeeze(read?.text ?? '').includes('Did you do this?'));
      same('its buttons', read?.choices, []);
    },
  },
];
