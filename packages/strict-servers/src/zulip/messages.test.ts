import { describe, expect, test } from 'vitest';
import { call, startServer } from './fixtures/client.js';
import type { ZulipServer } from './types.js';

const rules = (server: ZulipServer) => server.violations.map(({ rule }) => rule);
const send = (server: ZulipServer, parameters: Record<string, unknown>) =>
  call(server, 'POST /messages', { read_by_sender: true, ...parameters });

describe('sending', () => {
  test('to a person by id or address; the answer has the id, and the time stands in its Date', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    const { body, headers } = await send(server, { type: 'direct', to: [ann.id], content: 'one' });
    await send(server, { type: 'private', to: 'ann@example.com', content: 'two' });
    expect(ann.reads()).toMatchObject([{ id: body.id, text: 'one', author: server.botId }, { text: 'two' }]);
    expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThanOrEqual(ann.reads()[0]?.sentAt ?? Number.NaN);
    expect((await ann.awaits(/^t/)).text).toBe('two');
    expect(server.violations).toEqual([]);
  });

  test('to a topic of a channel, by name or id', async () => {
    const server = await startServer();
    const channel = server.addChannel('security');
    await send(server, { type: 'channel', to: 'security', topic: 'alerts', content: 'one' });
    await send(server, { type: 'stream', to: '"Security"', topic: 'alerts', content: 'two' });
    await send(server, { type: 'channel', to: channel.id, topic: 'other', content: 'three' });
    expect(channel.reads('alerts').map(({ text }) => text)).toEqual(['one', 'two']);
    expect((await channel.awaits('three')).topic).toBe('other');
    expect(server.violations).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['nobody', { type: 'direct', to: [999] }, 'Invalid user ID'],
    ['nobody’s address', { type: 'direct', to: ['x@example.com'] }, 'Invalid email'],
    ['somebody who has left', { type: 'direct', to: ['gone@example.com'] }, 'no longer using Zulip'],
    ['no channel', { type: 'channel', to: 'nowhere', topic: 't' }, 'does not exist'],
    ['a private channel without the bot', { type: 'channel', to: 'secret', topic: 't' }, 'does not exist'],
    ['an archived channel', { type: 'channel', to: 'old', topic: 't' }, 'Not authorized'],
    ['a channel for announcements', { type: 'channel', to: 'news', topic: 't' }, 'permission to post'],
  ])('to %s is refused', async (_, to, words) => {
    const server = await startServer();
    server.addPerson({ name: 'gone', deactivated: true });
    server.addChannel({ name: 'secret', private: true });
    server.addChannel({ name: 'old', archived: true });
    server.addChannel({ name: 'news', announcementsOnly: true });
    const { status, body } = await send(server, { content: 'hi', ...to });
    expect([status, body.msg]).toEqual([400, expect.stringContaining(words)]);
    expect(server.violations).toEqual([]);
  });

  test('what is too long is cut, and noted; nothing, null bytes and no topic are refused', async () => {
    const server = await startServer({ maxMessageLength: 30 });
    const ann = server.addPerson('ann');
    server.addChannel('security');
    await send(server, { type: 'direct', to: [ann.id], content: '😀'.repeat(30) });
    await send(server, { type: 'direct', to: [ann.id], content: `${'😀'.repeat(30)}?` });
    expect(ann.reads().map(({ raw }) => raw)).toEqual(['😀'.repeat(30), `${'😀'.repeat(10)}\n[message truncated]`]);
    await send(server, { type: 'channel', to: 'security', topic: 't'.repeat(61), content: 'x' });
    expect(server.channel('security').reads()[0]?.topic).toBe(`${'t'.repeat(57)}...`);
    for (const content of [' \n', 'a\u0000b']) {
      expect((await send(server, { type: 'direct', to: [ann.id], content })).status).toBe(400);
    }
    expect((await send(server, { type: 'channel', to: 'security', content: 'x' })).status).toBe(400);
    expect(rules(server)).toEqual(['truncated', 'truncated', ...Array(3).fill('bad-parameter')]);
  });

  test('what the bot does not mark as read stands among its own unread ones, and is noted', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    await call(server, 'POST /messages', { type: 'direct', to: [ann.id], content: 'hi' });
    expect(rules(server)).toEqual(['own-message-unread']);
    expect(server.unread()).toBe(0);
  });
});

describe('editing', () => {
  test('the bot’s own, while that may be', async () => {
    let now = Date.now();
    const server = await startServer({ now: () => now });
    const ann = server.addPerson('ann');
    const { body } = await send(server, { type: 'direct', to: [ann.id], content: 'one' });
    const edit = (id: number, content = 'two') => call(server, `PATCH /messages/${id}`, { content });
    expect((await edit(body.id)).status).toBe(200);
    expect(ann.reads()).toMatchObject([{ id: body.id, text: 'two', edited: true }]);
    expect((await edit(4711)).body.msg).toContain('Invalid message');
    expect(server.violations).toEqual([]);
    now += 621_000;
    expect((await edit(body.id, 'three')).body.msg).toContain('time limit');
    const typed = ann.types('mine');
    expect((await edit(typed?.id ?? 0)).body.msg).toContain('permission');
    expect(rules(server)).toEqual(['bad-parameter']);
  });
});

describe('what the bot has not read', () => {
  const UNREAD = [
    { operator: 'is', operand: 'dm' },
    { operator: 'is', operand: 'unread' },
  ];
  const ask = (server: ZulipServer, more: Record<string, unknown> = {}) =>
    call(server, 'GET /messages', { narrow: UNREAD, anchor: 'oldest', num_after: 2, apply_markdown: false, ...more });
  const contents = (body: { messages: { content: string }[] }) => body.messages.map(({ content }) => content);

  test('is listed in pages, oldest first, until it is marked', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    const sent = ['one', 'two', 'three'].map((text) => ann.types(text));
    await send(server, { type: 'direct', to: [ann.id], content: 'mine' });
    const first = (await ask(server)).body;
    expect(first).toMatchObject({ found_newest: false, messages: [{ flags: [] }, {}] });
    expect(contents(first)).toEqual(['one', 'two']);
    const next = (await ask(server, { anchor: first.messages[1].id, include_anchor: false })).body;
    expect([contents(next), next.found_newest]).toEqual([['three'], true]);
    expect(server.unread()).toBe(3);
    await call(server, 'POST /messages/flags', {
      messages: first.messages.map(({ id }: { id: number }) => id),
      op: 'add',
      flag: 'read',
    });
    await sent[0]?.taken;
    expect(contents((await ask(server)).body)).toEqual(['three']);
    expect(server.violations).toEqual([]);
  });

  test('knows edits, and not what was taken back', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    const [one, two] = [ann.types('one'), ann.types('two')];
    if (!one || !two) throw new Error('nothing was sent');
    ann.edits(one, '**uno**');
    ann.deletes(two);
    expect(contents((await ask(server)).body)).toEqual(['**uno**']);
    expect(contents((await ask(server, { apply_markdown: true })).body)).toEqual(['<p>uno</p>']);
    expect(() => ann.deletes(two)).toThrow('taken it back');
  });

  test('leaves out whom the narrow leaves out', async () => {
    const server = await startServer();
    server.addPerson('ann').types('one');
    server.addPerson('bob').types('two');
    const not = { operator: 'sender', operand: 'ann@example.com', negated: true };
    expect(contents((await ask(server, { narrow: [...UNREAD, not] })).body)).toEqual(['two']);
    const by = { operator: 'sender', operand: server.person('ann').id };
    expect(contents((await ask(server, { narrow: [...UNREAD, by] })).body)).toEqual(['one']);
  });
});

test('what Zulip’s own client would not send comes to nothing', async () => {
  const server = await startServer();
  const ann = server.addPerson('ann');
  for (const text of ['', '  \n', 'a\u0000']) expect(ann.types(text)).toBeUndefined();
  expect(ann.types('x'.repeat(300_000))).toBeDefined();
  expect(server.unread()).toBe(1);
});
