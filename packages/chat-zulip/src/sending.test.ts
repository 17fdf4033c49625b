import type { OutgoingMessage } from '@securitybot/core';
import type { ZulipServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

afterEach(() => desk.close());

async function setUp(options: ZulipServerOptions = {}) {
  desk = await createDesk(options);
  const { zulip, another } = desk;
  const ann = zulip.addPerson('ann');
  const channel = zulip.addChannel('security');
  return { ...desk, ann, channel, to: { user: String(ann.id) }, chat: another() };
}

const note = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: text,
  nodes: [{ type: 'text', text }],
  ...more,
});

describe('a message', () => {
  test('is one call, read by the bot itself, dated by Zulip’s clock', async () => {
    const { zulip, ann, chat, to } = await setUp();
    const { id, sentAt } = await chat.send(to, note('hi'));
    expect(zulip.calls.map(({ endpoint }) => endpoint)).toEqual(['POST /messages']);
    expect(ann.reads()).toMatchObject([{ id: Number(id), text: 'hi', sentAt }]);
    expect(zulip.violations).toEqual([]);
  });

  test('for a room goes to its topic; by name, with or without #, or by id', async () => {
    const { channel, chat, zulip } = await setUp();
    for (const room of ['security>alerts', '#security > alerts', `${channel.id}>alerts`, 'Security']) {
      await chat.send({ room }, note(room));
    }
    expect(channel.reads().map(({ topic }) => topic)).toEqual(['alerts', 'alerts', 'alerts', 'Securitybot']);
    expect(zulip.violations).toEqual([]);
  });

  test.each([
    ['', 'names no channel'],
    ['#', 'names no channel'],
    [`security>${'t'.repeat(61)}`, 'longer than 60'],
    ['nowhere>alerts', 'Check the channel’s name'],
  ])('for %j is REJECTED, and says why', async (room, words) => {
    const { chat } = await setUp();
    await expect(chat.send({ room }, note('x'))).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining(words),
    });
  });

  test('is no page: there is none', async () => {
    const { chat, zulip } = await setUp();
    await expect(chat.send({ home: '9' }, note('x'))).rejects.toMatchObject({ code: 'REJECTED' });
    expect(zulip.calls).toEqual([]);
  });

  test('is as short as this server wants it, once it has said so', async () => {
    const { zulip, ann, chat, to } = await setUp({ maxMessageLength: 200 });
    await chat.start(async () => {});
    await zulip.until(() => zulip.polls() === 1, 'a poll');
    await chat.send(to, {
      key: 'k',
      nodes: [
        { type: 'quote', text: '*'.repeat(5000) },
        { type: 'text', text: 'Did you?' },
      ],
    });
    expect(ann.reads()[0]?.text).toMatch(/^> \*+…\nDid you\?$/);
    expect(zulip.violations).toEqual([]);
  });
});

describe('an edit', () => {
  test('replaces a message, by its ref alone', async () => {
    const { ann, chat, another, to, zulip } = await setUp();
    const { id } = await chat.send(to, note('one'));
    await another().edit?.({ id }, note('two'));
    expect(ann.reads()).toMatchObject([{ text: 'two', edited: true }]);
    expect(zulip.violations).toEqual([]);
  });

  test.each([
    ['too old for this server', 600_000, 601_000],
    ['on a server where nothing can be edited', 0, 0],
  ])('%s is left alone, without a call', async (_, editMs, later) => {
    const { ann, chat, clock, to, zulip } = await setUp({ times: { editMs } });
    await chat.start(async () => {});
    await zulip.until(() => zulip.polls() === 1, 'a poll');
    const ref = await chat.send(to, note('one'));
    clock.putForward(later);
    await chat.edit?.(ref, note('two'));
    expect(ann.reads()).toMatchObject([{ text: 'one', edited: false }]);
    expect(zulip.callsOf('PATCH /messages/{message_id}')).toEqual([]);
    // Of one whose age is not known, Zulip has the last word.
    if (editMs === 0)
      await expect(chat.edit?.({ id: ref.id }, note('two'))).rejects.toMatchObject({ code: 'REJECTED' });
  });

  test('of what never was, or is not the bot’s, is REJECTED', async () => {
    const { ann, chat } = await setUp();
    const typed = ann.types('mine');
    for (const id of ['', 'x', '1/2', '999999', String(typed?.id)]) {
      await expect(chat.edit?.({ id }, note('x'))).rejects.toMatchObject({ code: 'REJECTED' });
    }
    expect(ann.reads()).toEqual([]);
  });
});

describe('Zulip’s limit', () => {
  test('is waited for where it is short, and told where it is not; nothing is called meanwhile', async () => {
    const { zulip, ann, chat, to } = await setUp();
    zulip.faults.rateLimit({ retryAfter: 0.2 });
    await chat.send(to, note('one'));
    zulip.faults.rateLimit({ retryAfter: 60 });
    const calls = zulip.calls.length;
    await expect(chat.send(to, note('two', { urgent: true }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 60_000,
      notSent: true,
    });
    await expect(chat.send(to, note('three'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(chat.findUser({ id: to.user })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(zulip.calls).toHaveLength(calls + 1);
    expect(ann.reads().map(({ text }) => text)).toEqual(['one']);
    expect(zulip.violations).toEqual([]);
  });

  test('the last calls of a minute are for what cannot wait', async () => {
    const { zulip, ann, chat, clock, to } = await setUp({ limit: 100 });
    let stopped = 0;
    const send = async (urgent: boolean) => {
      await chat.send(to, note('x', { urgent }));
      stopped += 1;
    };
    for (let count = 0; count < 70; count += 1) await send(false);
    const normal = send(false);
    await send(true);
    expect(stopped).toBe(71);
    await chat.findUser({ id: to.user });
    expect(zulip.calls.some(({ status }) => status === 429)).toBe(false);
    clock.putForward(60_000);
    await normal;
    expect(ann.reads()).toHaveLength(72);
    expect(zulip.violations).toEqual([]);
  });

  test('does not hold up a stop', async () => {
    const { zulip, chat, to } = await setUp();
    zulip.faults.rateLimit({ retryAfter: 8, times: 2 });
    const sent = expect(chat.send(to, note('one'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await zulip.until(() => zulip.calls.length === 1, 'the call');
    await chat.stop();
    await sent;
  });
});

describe('what goes wrong', () => {
  test.each([
    ['html', 'is not Zulip'],
    ['wrong-type', 'is not Zulip'],
    ['redirect', 'HTTP 302'],
    ['cut-off', 'no answer'],
    ['reset', 'no answer'],
    [502, 'HTTP 502'],
  ] as const)('%s: UNAVAILABLE, and nobody knows whether it was sent', async (how, words) => {
    const { zulip, chat, to } = await setUp();
    zulip.faults.answer(how, { done: true });
    await expect(chat.send(to, note('x'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      notSent: false,
      message: expect.stringMatching(new RegExp(`^zulip: POST /messages for user \\d+: .*${words}`)),
    });
  });

  test('where nobody listens, it was not sent', async () => {
    const { zulip, chat, to } = await setUp();
    await zulip.faults.goDown();
    await expect(chat.send(to, note('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });
  });

  test.each([
    ['SERVER_NOT_READY', 400, 'UNAVAILABLE'],
    ['SOMETHING_NEW', 400, 'REJECTED'],
    ['SOMETHING_NEW', 401, 'BAD_CREDENTIALS'],
    ['SOMETHING_NEW', 500, 'UNAVAILABLE'],
    ['NONEXISTENT_SUBDOMAIN', 404, 'BAD_CREDENTIALS'],
  ] as const)('%s, %i: %s', async (code, status, wanted) => {
    const { zulip, chat, to } = await setUp();
    zulip.faults.fail(code, { status, msg: 'in\u0007 Zulip’s words.' });
    const error = await chat.send(to, note('x')).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: wanted });
    if (status < 500) expect(error.message).toContain('in Zulip’s words.');
    expect(error.message).not.toContain(zulip.apiKey);
  });

  test('a success that says nothing', async () => {
    const { zulip, chat, to } = await setUp();
    zulip.faults.respond({ result: 'success', id: 'x' });
    await expect(chat.send(to, note('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
