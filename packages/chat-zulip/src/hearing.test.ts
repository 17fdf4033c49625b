import type { Chat, InboundEvent } from '@securitybot/core';
import type { ZulipServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

afterEach(() => desk.close());

/** A started plugin, and what it receives; `receive` says what becomes of it. */
async function started(
  options: ZulipServerOptions = {},
  receive: (event: InboundEvent) => Promise<void> = async () => {},
) {
  desk = await createDesk(options);
  const { zulip } = desk;
  const events: InboundEvent[] = [];
  const begin = async (chat: Chat) => {
    await chat.start(async (event) => {
      events.push(event);
      await receive(event);
    });
    return chat;
  };
  const ann = zulip.addPerson('ann');
  const bob = zulip.addPerson('bob');
  const chat = await begin(desk.another());
  const listens = () => zulip.until(() => zulip.polls() === 1, 'a poll');
  const read = () => zulip.until(() => zulip.unread() === 0, 'all to be read');
  const texts = () => events.map((event) => (event.type === 'text' ? event.text : event.type));
  return { ...desk, ann, bob, chat, events, texts, begin, listens, read };
}

/** A gate that is opened by hand. */
const gate = () => Promise.withResolvers<void>();

describe('what counts as said to the bot', () => {
  test('what one person writes to it alone, as they typed it, with Zulip’s id and time', async () => {
    const { ann, events, read, zulip } = await started();
    const before = Math.floor(Date.now() / 1000) * 1000;
    const sent = ann.types('**yes** @**all** &amp; <b>');
    await read();
    expect(events).toEqual([
      {
        type: 'text',
        id: String(sent?.id),
        user: String(ann.id),
        text: '**yes** @**all** &amp; <b>',
        sentAt: expect.any(Number),
      },
    ]);
    expect(events[0]?.sentAt).toBeGreaterThanOrEqual(before);
    expect(zulip.violations).toEqual([]);
  });

  test('not what the bot itself says, which is read as it is sent', async () => {
    const { ann, chat, texts, listens, read, zulip } = await started();
    await listens();
    await chat.send({ user: String(ann.id) }, { key: 'k', nodes: [{ type: 'text', text: 'Did you?' }] });
    expect(zulip.unread()).toBe(0);
    ann.types('yes');
    await read();
    expect(texts()).toEqual(['yes']);
    expect(zulip.callsOf('POST /messages/flags')).toHaveLength(1);
  });

  test('not what is said in groups, nor in channels; groups are read', async () => {
    const { ann, bob, texts, listens, read, zulip } = await started();
    zulip.addChannel('general');
    await listens();
    ann.typesInGroup([bob], 'yes, both of us');
    ann.says('general', 'topic', 'yes');
    ann.types('yes');
    await read();
    expect(texts()).toEqual(['yes']);
    expect(zulip.violations).toEqual([]);
  });

  test('not edits of what was taken', async () => {
    const { ann, texts, read, zulip } = await started();
    const sent = ann.types('no');
    await read();
    if (sent) ann.edits(sent, 'yes');
    zulip.faults.expireQueues();
    ann.types('after');
    await read();
    expect(texts()).toEqual(['no', 'after']);
  });
});

describe('what was said while nobody listened is taken, oldest first', () => {
  test('before the first start, more than a page of it', async () => {
    desk = await createDesk({ limit: false });
    const { zulip, another } = desk;
    const ann = zulip.addPerson('ann');
    const typed = Array.from({ length: 250 }, (_, index) => `message ${index}`);
    for (const words of typed) ann.types(words);
    const texts: string[] = [];
    await another().start(async (event) => void texts.push(event.type === 'text' ? event.text : ''));
    await zulip.until(() => zulip.unread() === 0, 'all to be read');
    expect(texts).toEqual(typed);
    expect(zulip.callsOf('GET /messages')).toHaveLength(3);
    expect(zulip.callsOf('POST /messages/flags').length).toBeLessThan(20);
  });

  test('when the queue has expired, with what stood in it', async () => {
    const { ann, texts, listens, read, zulip, log } = await started();
    await listens();
    await zulip.faults.goDown();
    ann.types('during the outage');
    zulip.faults.expireQueues();
    ann.types('after the queue was gone');
    await zulip.faults.comeUp();
    await read();
    expect(texts()).toEqual(['during the outage', 'after the queue was gone']);
    expect(log.filter((entry) => entry.includes('expired'))).toHaveLength(1);
    expect(zulip.violations).toEqual([]);
  });

  test('once, though it stands in the queue and, while it is being taken, in the list', async () => {
    const { promise, resolve } = gate();
    const { ann, bob, texts, listens, read, zulip } = await started({}, () => promise);
    await listens();
    ann.types('yes');
    await zulip.until(() => texts().length === 1, 'the message');
    zulip.faults.expireQueues();
    bob.types('in the list only');
    await zulip.until(() => texts().length === 2, 'the list');
    resolve();
    await read();
    expect(texts()).toEqual(['yes', 'in the list only']);
  });

  test('when its receiver died over it, in the next process', async () => {
    const { ann, texts, kill, another, read, zulip } = await started({}, () => new Promise(() => {}));
    ann.types('yes');
    await zulip.until(() => texts().length === 1, 'the message');
    kill();
    expect(zulip.unread()).toBe(1);
    const next: string[] = [];
    await another().start(async (event) => void next.push(event.id));
    await read();
    expect(next).toHaveLength(1);
  });
});

describe('acknowledging', () => {
  test('comes only once a message is taken; others do not wait for it, but for those of the same person', async () => {
    const { promise, resolve } = gate();
    const { ann, bob, texts, zulip } = await started({}, async ({ user, id }) => {
      if (user === String(ann.id) && id === String(first?.id)) await promise;
    });
    const first = ann.types('one');
    ann.types('two');
    await bob.types('three')?.taken;
    expect(texts()).toEqual(['one', 'three']);
    expect(zulip.unread()).toBe(2);
    resolve();
    await zulip.until(() => zulip.unread() === 0, 'all to be read');
    expect(texts()).toEqual(['one', 'three', 'two']);
  });

  test('what is refused stays unread, and is tried again by itself, later and later', async () => {
    let refusals = 3;
    const { ann, events, texts, read, log } = await started({}, async (event) => {
      if (event.type === 'text' && event.text === 'bad' && refusals-- > 0) throw new Error('the store is down');
    });
    ann.types('bad');
    ann.types('good');
    await read();
    expect(texts().filter((words) => words === 'bad')).toHaveLength(4);
    expect(texts()[1]).toBe('good');
    const [first, , second] = events;
    expect(second).toEqual(first);
    expect(log.filter((entry) => entry.includes('the store is down'))).toHaveLength(3);
  });

  test('that fails is tried again, without handing the message on once more', async () => {
    const { ann, texts, listens, read, zulip, log } = await started();
    await listens();
    zulip.faults.answer(503, { endpoint: 'POST /messages/flags', times: 2 });
    ann.types('yes');
    await zulip.until(() => zulip.calls.some(({ status }) => status === 503), 'a failure');
    zulip.faults.expireQueues();
    await read();
    expect(texts()).toEqual(['yes']);
    expect(log.filter((entry) => entry.includes('cannot be marked as read'))).toHaveLength(2);
  });
});

describe('two processes', () => {
  test('both hear it, by one id; what one has taken is read for both', async () => {
    const { ann, events, begin, another, read, zulip } = await started();
    await begin(another());
    await zulip.until(() => zulip.polls() === 2, 'both to listen');
    ann.types('yes');
    await read();
    await zulip.until(() => events.length === 2, 'both to hear');
    expect(events[0]).toEqual(events[1]);
    zulip.faults.expireQueues();
    await zulip.until(() => zulip.polls() === 2, 'both to listen again');
    expect(events).toHaveLength(2);
    expect(zulip.violations).toEqual([]);
  });
});

describe('a stop', () => {
  test('waits for what is being taken, marks it as read, leaves the rest, and deletes the queue', async () => {
    const { promise, resolve } = gate();
    const { ann, chat, texts, listens, zulip } = await started({}, () => promise);
    await listens();
    ann.types('one');
    ann.types('two');
    await zulip.until(() => texts().length === 1, 'the first message');
    zulip.faults.delay(50);
    const stopped = chat.stop();
    await zulip.until(() => zulip.callsOf('DELETE /events')[0]?.status === 200, 'the queue to be gone');
    resolve();
    await stopped;
    expect(zulip.calls.filter(({ status, endpoint }) => status === 0 && endpoint !== 'GET /events')).toEqual([]);
    expect(texts()).toEqual(['one']);
    expect(zulip.unread()).toBe(1);
    expect(zulip.queues()).toBe(0);
    await chat.stop();
    await expect(chat.start(async () => {})).rejects.toMatchObject({ code: 'REJECTED' });
    expect(zulip.violations).toEqual([]);
  });

  test('ends though Zulip does not answer any more', async () => {
    const { ann, chat, listens, texts, zulip } = await started();
    await listens();
    zulip.faults.answer('reset', { times: Number.POSITIVE_INFINITY });
    ann.types('one');
    await zulip.until(() => texts().length === 1, 'the message');
    await chat.stop();
    expect(zulip.unread()).toBe(1);
  });

  test('does not end what is sent afterwards', async () => {
    const { ann, chat } = await started();
    await chat.stop();
    await chat.send({ user: String(ann.id) }, { key: 'k', nodes: [{ type: 'text', text: 'goodbye' }] });
    expect(ann.reads()).toHaveLength(1);
  });
});
