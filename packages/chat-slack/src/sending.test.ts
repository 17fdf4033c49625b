import type { MessageNode, OutgoingMessage } from '@securitybot/core';
import type { SlackServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

async function opened(options?: SlackServerOptions) {
  desk = await createDesk(options);
  return { ...desk, ann: desk.slack.addPerson('ann'), chat: desk.another() };
}

afterEach(() => desk.close());

const note = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: text,
  nodes: [{ type: 'text', text }],
  ...more,
});
const CHOICES = [{ label: 'Yes', value: 'y' }];

describe('calls', () => {
  test('are one for each message, one for each edit and one for each page', async () => {
    const { slack, ann, chat } = await opened();
    const ref = await chat.send({ user: ann.id }, note('question', { choices: CHOICES }));
    await chat.edit?.(ref, note('answered'));
    await chat.send({ user: ann.id }, note('thank you'));
    await chat.send({ room: slack.addChannel('security').id }, note('report'));
    await chat.send({ home: ann.id }, note('nothing is open'));
    expect(slack.calls.map(({ method }) => method)).toEqual([
      'chat.postMessage',
      'chat.update',
      'chat.postMessage',
      'chat.postMessage',
      'views.publish',
    ]);
    expect(slack.violations).toEqual([]);
  });

  test('a channel by name is looked up once, among those the bot is in', async () => {
    const { slack, chat } = await opened();
    const room = slack.addChannel('security');
    for (const name of ['#security', 'Security', ' #security ']) await chat.send({ room: name }, note(`to ${name}`));
    expect(room.reads()).toHaveLength(3);
    expect(slack.callsOf('users.conversations')).toHaveLength(1);
  });

  test('a room gets no buttons: they would be anybody’s', async () => {
    const { slack, chat } = await opened();
    const room = slack.addChannel('security');
    await chat.send({ room: room.id }, note('report', { choices: CHOICES }));
    expect(room.reads()).toMatchObject([{ text: 'report', buttons: [] }]);
  });

  test('previews are off, and notifications say what the message says', async () => {
    const { ann, chat } = await opened();
    await chat.send({ user: ann.id }, note('see https://evil.example <!channel> *now*'));
    expect(ann.reads()).toMatchObject([
      { unfurls: false, mentions: [], links: [], notification: 'see https://evil.example <!channel> *now*' },
    ]);
  });
});

describe('hostile text', () => {
  const HOSTILE = [
    '<!channel> <!here> <!everyone> <@U0SECBOT1> <#C0123456789>',
    '<https://evil.example|https://good.example> https://evil.example evil.example mailto:a@evil.example',
    '*bold* _italic_ ~struck~ `code` ```block``` :rotating_light: <b>',
    '> quoted\n>>> all quoted\n• list\n1. list',
    '[a](https://evil.example) &lt;!channel&gt; &amp;',
    '@channel @here #general',
  ];
  const nodes = HOSTILE.flatMap((text): MessageNode[] => [
    { type: 'text', text },
    { type: 'break' },
    { type: 'strong', text },
    { type: 'code', text },
    { type: 'quote', text },
  ]);

  test('stays text in a message, in an edit and on the page: nothing mentions, links or is formatted', async () => {
    const { slack, ann, chat } = await opened();
    slack.addChannel('general');
    const { id } = await chat.send({ user: ann.id }, { key: 'k', nodes });
    await chat.edit?.({ id }, { key: 'k2', nodes: [...nodes, { type: 'text', text: 'edited' }] });
    await chat.send({ home: ann.id }, { key: 'k3', nodes });
    const [message] = ann.reads();
    const home = ann.home();
    for (const shown of [message, home]) {
      expect(shown).toMatchObject({ links: [], mentions: [] });
      for (const text of HOSTILE) {
        for (const line of text.split('\n')) expect(shown?.text.split(line).length).toBeGreaterThanOrEqual(5);
      }
    }
    expect(message?.text).toContain('edited');
  });

  test('stays text in the words of a button and of its dialog', async () => {
    const { ann, chat } = await opened();
    await chat.start(async () => {});
    const label = '<!channel> *yes* & https://evil.example';
    await chat.send({ user: ann.id }, note('?', { choices: [{ label, value: 'v', asksReason: true }] }));
    const [message] = ann.reads();
    expect(message).toMatchObject({ buttons: [label], links: [], mentions: [] });
    if (!message) throw new Error('no message');
    const dialog = await ann.presses(message, label).dialog;
    expect(dialog).toMatchObject({ text: label, links: [], mentions: [] });
  });
});

describe('a message that Slack refuses for its form', () => {
  test.each(['invalid_blocks', 'msg_blocks_too_long', 'msg_too_long'])(
    '(%s) goes out as plain text, with its buttons',
    async (error) => {
      const { slack, ann, chat, log } = await opened();
      slack.faults.fail(error, { method: 'chat.postMessage' });
      await chat.send({ user: ann.id }, note('question', { choices: CHOICES }));
      expect(ann.reads()).toMatchObject([{ text: 'question', buttons: ['Yes'] }]);
      expect(log).toContainEqual(
        expect.stringMatching(/^error slack: a message .* \(\w+\) and is shown as plain text/),
      );
    },
  );

  test('is tried once more only', async () => {
    const { slack, ann, chat } = await opened();
    slack.faults.fail('invalid_blocks', { method: 'chat.postMessage', times: 5 });
    await expect(chat.send({ user: ann.id }, note('question'))).rejects.toMatchObject({ code: 'REJECTED' });
    expect(slack.callsOf('chat.postMessage')).toHaveLength(2);
  });

  test('an edit, too', async () => {
    const { slack, ann, chat } = await opened();
    const ref = await chat.send({ user: ann.id }, note('question', { choices: CHOICES }));
    slack.faults.fail('invalid_blocks', { method: 'chat.update' });
    await chat.edit?.(ref, note('answered'));
    expect(ann.reads()).toMatchObject([{ text: 'answered', buttons: [] }]);
  });
});

describe('an edit', () => {
  test('of a message that somebody has deleted is REJECTED, and so is one of a message that never was', async () => {
    const { ann, chat } = await opened();
    const { id } = await chat.send({ user: ann.id }, note('question'));
    const gone = id.replace(/\d{6}\//, '000000/');
    for (const other of [gone, '', 'M1', 'D1/x', 'D1/1.1/bob', '__proto__'])
      await expect(chat.edit?.({ id: other }, note('x'))).rejects.toMatchObject({ code: 'REJECTED' });
  });

  test('may have other buttons, bound to the same person', async () => {
    const { ann, chat } = await opened();
    const events: unknown[] = [];
    await chat.start(async (event) => void events.push(event));
    const ref = await chat.send({ user: ann.id }, note('question', { choices: CHOICES }));
    await chat.edit?.(ref, note('another', { choices: [{ label: 'No', value: 'n' }] }));
    const [message] = ann.reads();
    if (!message) throw new Error('no message');
    await ann.presses(message, 'No').acknowledged;
    expect(events).toMatchObject([{ user: ann.id, value: 'n' }]);
  });

  test('waits for a limit', async () => {
    const { slack, ann, chat } = await opened();
    const ref = await chat.send({ user: ann.id }, note('question'));
    slack.faults.rateLimit({ method: 'chat.update', retryAfter: 1 });
    await chat.edit?.(ref, note('answered'));
    expect(ann.reads()).toMatchObject([{ text: 'answered' }]);
    expect(slack.violations).toEqual([]);
  });
});

describe('500 people at once', () => {
  test('with limits of the workspace all get their message, each once, and no Retry-After is ignored', async () => {
    const { slack, chat } = await opened({ limits: { workspacePerMinute: 30_000 } });
    slack.addPeople(500);
    const people = Array.from({ length: 500 }, (_, index) => slack.person(`person${index + 1}`));
    for (const times of [1, 1, 1]) slack.faults.rateLimit({ method: 'chat.postMessage', retryAfter: 1, times });
    // As the engine does: sixteen at a time.
    const waiting = [...people];
    const worker = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift())
        await chat.send({ user: one.id }, note(`for ${one.name}`));
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    for (const one of people) expect(one.reads().map(({ text }) => text)).toEqual([`for ${one.name}`]);
    expect(slack.calls.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect(slack.violations).toEqual([]);
  });
});

describe('errors', () => {
  const to = () => ({ user: desk.slack.person('ann').id });

  test('a refused connection says that nothing was sent; a lost answer does not', async () => {
    const { slack, chat } = await opened();
    slack.faults.answer('reset', { method: 'chat.postMessage', done: true });
    await expect(chat.send(to(), note('a'))).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: false });
    await slack.faults.goDown();
    await expect(chat.send(to(), note('b'))).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });
  });

  test.each(['html', 'cut-off', 'wrong-type', 'redirect', 'reset', 500, 503, 403] as const)(
    'a wrong answer (%s) is UNAVAILABLE, names the method, and shows nothing of it',
    async (how) => {
      const { slack, chat } = await opened();
      slack.faults.answer(how, { method: 'chat.postMessage' });
      const error = await chat.send(to(), note('a')).catch((caught) => caught);
      expect(error).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
      expect(error.message).toMatch(/^slack: chat\.postMessage for U\w+: /);
      expect(error.message).not.toMatch(/doctype|xox|Bearer/);
      await chat.send(to(), note('b'));
    },
  );

  test.each([
    ['not_in_channel', 'REJECTED', 'Invite the bot'],
    ['is_archived', 'REJECTED', 'archive'],
    ['internal_error', 'UNAVAILABLE', 'slack-status.com'],
    ['account_inactive', 'BAD_CREDENTIALS', 'Install the app again'],
    ['ratelimited', 'RATE_LIMITED', 'limits'],
    ['some_new_error', 'REJECTED', 'some_new_error'],
    ['constructor', 'REJECTED', 'constructor'],
  ])('%s is %s, with the way out', async (answer, code, wayOut) => {
    const { slack, chat, clock } = await opened();
    slack.faults.fail(answer, { method: 'chat.postMessage', times: 3 });
    const sent = chat.send(to(), note('a')).catch((caught) => caught);
    if (code === 'RATE_LIMITED') {
      await slack.until(() => slack.calls.length > 0, 'the call');
      clock.putForward(61_000);
      await chat.stop();
    }
    expect(await sent).toMatchObject({ code, message: expect.stringContaining(wayOut) });
  });

  test('a missing scope is named', async () => {
    const { slack, chat } = await opened();
    slack.faults.removeScope('chat:write');
    await expect(chat.send(to(), note('a'))).rejects.toMatchObject({
      code: 'BAD_CREDENTIALS',
      message: expect.stringContaining('missing_scope, chat:write. Add the scope'),
    });
  });
});
