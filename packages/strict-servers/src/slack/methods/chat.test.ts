import { expect, test } from 'vitest';
import { errorOf, startServer, webOf } from '../fixtures/app.js';
import type { SlackServer } from '../types.js';

const QUIET = { unfurl_links: false, unfurl_media: false } as const;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const rules = (server: SlackServer) => server.violations.map(({ rule }) => rule);

test('a message goes to a person by user id, to a channel by id or name, and to nobody else', async () => {
  const server = await startServer();
  const web = webOf(server);
  const [ann, bob] = [server.addPerson('ann'), server.addPerson('bob')];
  const security = server.addChannel('security');
  const { channel, ts, message } = await web.chat.postMessage({ channel: ann.id, text: 'hi', ...QUIET });
  expect([channel, message?.ts, message?.bot_id]).toEqual([ann.dm(), ts, server.bot.id]);
  for (const to of [security.id, '#security', 'security'])
    await web.chat.postMessage({ channel: to, text: to, ...QUIET });
  expect(ann.reads().map(({ text }) => text)).toEqual(['hi']);
  expect(bob.reads()).toEqual([]);
  expect(security.reads().map(({ text }) => text)).toEqual([security.id, '#security', 'security']);
  expect(server.violations).toEqual([]);
});

test('where a message cannot go, Slack says why', async () => {
  const server = await startServer();
  const web = webOf(server);
  const bot = server.addPerson({ name: 'otherbot', bot: true });
  const gone = server.addPerson({ name: 'gone', deactivated: true });
  const stranger = server.addPerson({ name: 'eve', teamId: 'T0ELSEWHERE' });
  server.addChannel({ name: 'old', archived: true });
  server.addChannel({ name: 'others', botIsMember: false });
  server.addChannel({ name: 'secret', private: true, botIsMember: false });
  const to = (channel: string) => errorOf(web.chat.postMessage({ channel, text: 'hi', ...QUIET }));
  expect(await to('C0NOWHERE')).toBe('channel_not_found');
  expect(await to('U0NOBODY')).toBe('channel_not_found');
  for (const { id } of [bot, gone, stranger]) expect(await to(id)).toBe('channel_not_found');
  expect(await to('USLACKBOT')).toBe('channel_not_found');
  expect(await to('#old')).toBe('is_archived');
  expect(await to('#others')).toBe('not_in_channel');
  expect(await to('#secret')).toBe('channel_not_found');
  expect(rules(server)).toEqual([]);
  server.faults.addScope('chat:write.public');
  expect(await to('#others')).toBe('ok');
  expect(await errorOf(web.chat.postMessage({ channel: '', text: 'hi' }))).toBe('invalid_arguments');
});

test('a stranger by Slack Connect who wrote first can be answered', async () => {
  const server = await startServer();
  const eve = server.addPerson({ name: 'eve', teamId: 'T0ELSEWHERE' });
  eve.types('hello');
  await webOf(server).chat.postMessage({ channel: eve.id, text: 'I do not know you.', ...QUIET });
  expect(eve.reads()).toMatchObject([{ text: 'I do not know you.' }]);
});

test('a message needs words or blocks; a longer text than 40,000 characters is cut', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  expect(await errorOf(web.chat.postMessage({ channel: ann.id, text: ' ', ...QUIET }))).toBe('no_text');
  await web.chat.postMessage({ channel: ann.id, text: 'x'.repeat(40_001), ...QUIET });
  expect(ann.reads()[0]?.text).toHaveLength(40_000);
  expect(rules(server)).toEqual(['refused-arguments', 'long-text']);
});

test('blocks without text, and previews that are not off, are violations', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  await web.chat.postMessage({ channel: ann.id, blocks: [section('hi <https://x.example>')] } as never);
  expect(rules(server)).toEqual(['missing-text', 'unfurling', 'unfurling']);
  expect(ann.reads()[0]?.unfurls).toBe(true);
  await web.chat.postMessage({ channel: ann.id, text: '<https://x.example>', ...QUIET });
  expect(ann.reads()[1]?.unfurls).toBe(false);
});

test('blocks that Slack would not take are refused, with what is wrong and where', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const post = (blocks: unknown) => web.chat.postMessage({ channel: ann.id, text: 'hi', blocks, ...QUIET } as never);
  await expect(post([section('x'.repeat(3001))])).rejects.toMatchObject({
    data: {
      error: 'invalid_blocks',
      errors: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
    },
  });
  expect(await errorOf(post('not JSON'))).toBe('invalid_blocks_format');
  expect(await errorOf(post(Array.from({ length: 5 }, () => section('x'.repeat(2800)))))).toBe('msg_blocks_too_long');
  expect(rules(server)).toEqual(['refused-arguments', 'refused-arguments', 'refused-arguments']);
  expect(server.violations[0]?.detail).toContain('json-pointer:/blocks/0/text/text');
  expect(ann.reads()).toEqual([]);
});

test('an update changes words and blocks; without blocks the old ones stay', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const button = { type: 'button', action_id: 'y', text: { type: 'plain_text', text: 'Yes' } };
  const blocks = [section('Was it you?'), { type: 'actions', elements: [button] }];
  const { channel = '', ts = '' } = await web.chat.postMessage({
    channel: ann.id,
    text: 'Was it you?',
    blocks,
    ...QUIET,
  });
  await web.chat.update({ channel, ts, text: 'You said yes.' });
  expect(ann.reads()).toMatchObject([
    { text: 'Was it you?', notification: 'You said yes.', buttons: ['Yes'], edited: true },
  ]);
  await web.chat.update({ channel, ts, text: 'You said yes.', blocks: [] });
  expect(ann.reads()).toMatchObject([{ id: ts, text: 'You said yes.', buttons: [] }]);
  expect(server.violations).toEqual([]);
});

test('an update is for the bot’s own messages, by the id of the conversation', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const security = server.addChannel('security');
  const { channel = '', ts = '' } = await web.chat.postMessage({ channel: ann.id, text: 'hi', ...QUIET });
  const report = await web.chat.postMessage({ channel: security.id, text: 'hi', ...QUIET });
  const change = (to: string, at: string, text = 'new') => errorOf(web.chat.update({ channel: to, ts: at, text }));
  expect(await change(ann.id, ts)).toBe('channel_not_found');
  expect(await change('#security', report.ts ?? '')).toBe('channel_not_found');
  expect(await change(channel, '1.000001')).toBe('message_not_found');
  expect(await change(channel, ann.types('mine').id)).toBe('cant_update_message');
  expect(await change(channel, ts, '')).toBe('no_text');
  expect(await change(channel, ts, 'x'.repeat(4001))).toBe('msg_too_long');
  expect(await change(channel, ts, 'x'.repeat(4000))).toBe('ok');
  security.archive();
  expect(await change(security.id, report.ts ?? '')).toBe('is_inactive');
});

test('a rich text cannot be replaced by blocks without one', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const rich = (text: string) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  });
  const { channel = '', ts = '' } = await web.chat.postMessage({
    channel: ann.id,
    text: 'a',
    blocks: [rich('a')],
    ...QUIET,
  } as never);
  const change = (blocks: unknown) => errorOf(web.chat.update({ channel, ts, text: 'b', blocks } as never));
  expect(await change([section('b')])).toBe('block_mismatch');
  expect(await change([rich('b')])).toBe('ok');
  expect(await change([])).toBe('ok');
});

test('the app hears its own messages and changes, as those of anybody', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  server.faults.hold();
  const { channel = '', ts = '' } = await web.chat.postMessage({ channel: ann.id, text: 'hi', ...QUIET });
  await web.chat.update({ channel, ts, text: 'ho' });
  expect(server.unacknowledged()).toBe(2);
  await web.chat.delete({ channel, ts });
  expect(ann.reads()).toEqual([]);
});
