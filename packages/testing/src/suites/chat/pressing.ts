import assert from 'node:assert/strict';
import { same } from '../compare.js';
import { needs, type Rule } from '../rule.js';
import { type ChatHarness, collect, either, note, received, squeeze, supports } from './harness.js';

/** Opaque values, up to the longest a choice may have. */
const VALUES = ['answer:q1:3:yes', `{"a":["b",null],"c":"'|<>&"}`, 'ä漢👩‍💻', 'v'.repeat(200)];

/** Buttons and the home page: only where the plugin declares them. */
export const pressingRules: readonly Rule<ChatHarness>[] = [
  {
    rule: 'a press brings the value of its choice back unchanged, with the id of who pressed',
    skip: either(supports('choices'), needs('press')),
    async run(harness) {
      const { chat, people, messages, press } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      for (const [index, value] of VALUES.entries()) {
        const choices = [
          { label: 'Yes', value },
          { label: 'No', value: `not ${index}` },
        ];
        await chat.send({ user: people.ann.id }, note(`k${index}`, `question ${index}`, { choices }));
        const asked = (await messages(people.ann.id)).at(-1);
        same('the buttons', asked?.choices, ['Yes', 'No']);
        await press?.(people.ann.id, asked?.id ?? '', 'Yes');
        const event = (await received(harness, events, index + 1))[index];
        assert.ok(event?.type === 'choice', `a press came as ${event?.type}`);
        assert.equal(event.value, value);
        assert.equal(event.user, people.ann.id, 'who pressed');
        assert.equal(event.reason, undefined, 'nobody asked for a reason');
      }
      assert.equal(new Set(events.map(({ id }) => id)).size, VALUES.length, 'two presses have one id');
      await chat.stop();
    },
  },
  {
    rule: 'a choice that asks for a reason counts with it, as it was typed',
    skip: either(supports('choices'), needs('press')),
    async run(harness) {
      const { chat, people, messages, press } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      const choices = [{ label: 'Yes, that was me', value: 'y', asksReason: true }];
      await chat.send({ user: people.ann.id }, note('k', 'Did you do this?', { choices }));
      const [asked] = await messages(people.ann.id);
      const reason = `I'm “rebooting” web-1 & web-2 <now> \\o/`;
      await press?.(people.ann.id, asked?.id ?? '', 'Yes, that was me', reason);
      const [event] = await received(harness, events, 1);
      assert.ok(event?.type === 'choice', `a press came as ${event?.type}`);
      assert.equal(event.value, 'y');
      assert.equal(event.reason, reason);
      await chat.stop();
    },
  },
  {
    rule: 'a press goes on being understood after a restart',
    skip: either(supports('choices'), needs('press')),
    async run(harness) {
      const { chat, people, messages, press, restart } = harness;
      const choices = [{ label: 'Yes', value: 'y' }];
      await chat.send({ user: people.ann.id }, note('k', 'Did you do this?', { choices }));
      const [asked] = await messages(people.ann.id);
      const next = await restart();
      const { events, receive } = collect();
      await next.start(receive);
      await press?.(people.ann.id, asked?.id ?? '', 'Yes');
      const [event] = await received(harness, events, 1);
      assert.ok(event?.type === 'choice' && event.value === 'y', `it came as ${JSON.stringify(event)}`);
      await next.stop();
    },
  },
  {
    rule: 'the home page shows what was last sent to it, and says when it is opened',
    skip: either(supports('home'), needs('home', 'open')),
    async run(harness) {
      const { chat, people, home, open } = harness;
      const { events, receive } = collect();
      await chat.start(receive);
      await open?.(people.ann.id);
      const [event] = await received(harness, events, 1);
      assert.equal(event?.type, 'opened');
      assert.equal(event?.user, people.ann.id, 'who opened it');
      for (const text of ['One question is open.', 'Nothing is open.']) {
        await chat.send({ home: people.ann.id }, note(text, text));
        const page = squeeze((await home?.(people.ann.id))?.text ?? '');
        assert.ok(page.includes(text), `it shows: ${page}`);
      }
      const page = squeeze((await home?.(people.ann.id))?.text ?? '');
      assert.ok(!page.includes('One question is open.'), `what was sent before is there still: ${page}`);
      await chat.stop();
    },
  },
];
