import { expect, test } from 'vitest';
import { type Received, startApp, startServer, webOf } from '../fixtures/app.js';

const QUIET = { unfurl_links: false, unfurl_media: false } as const;

/** Events as the app gets them, when they are acknowledged. */
async function talk(options: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(options);
  const { received } = await startApp(server);
  const events = () => received.map(({ body }) => body.event ?? {});
  return { server, received, events, last: () => received.at(-1)?.body as Received['body'] };
}

test('what somebody types arrives as Slack sends it', async () => {
  const { server, last } = await talk();
  const ann = server.addPerson('ann');
  const { id, eventId, acknowledged } = ann.types('yes, it was me');
  await acknowledged;
  expect(last()).toMatchObject({
    type: 'event_callback',
    event_id: eventId,
    team_id: server.team.id,
    api_app_id: server.bot.appId,
    authorizations: [{ team_id: server.team.id, user_id: server.bot.userId, is_bot: true }],
    is_ext_shared_channel: false,
    event: {
      type: 'message',
      user: ann.id,
      text: 'yes, it was me',
      ts: id,
      channel: ann.dm(),
      channel_type: 'im',
      team: server.team.id,
      blocks: [{ type: 'rich_text' }],
    },
  });
  expect(last().event).not.toHaveProperty('bot_id');
  expect(last().event).not.toHaveProperty('subtype');
});

const TYPED: readonly (readonly [string, string])[] = [
  ['a & b <c> "d"', 'a &amp; b &lt;c&gt; "d"'],
  ['see https://x.example/?a=1&b=2.', 'see <https://x.example/?a=1&amp;b=2>.'],
  ['mail me@corp.example', 'mail <mailto:me@corp.example|me@corp.example>'],
  ['www.x.com', '<http://www.x.com|www.x.com>'],
  ['<https://x.example|y>', '&lt;<https://x.example>|y&gt;'],
  ['@bob look at #general, @here and @nobody', '<@U0BOB> look at <#CHANNEL|general>, <!here> and @nobody'],
  ['', ''],
];

for (const [words, text] of TYPED) {
  test(`“${words}” arrives as “${text}”`, async () => {
    const { server, last } = await talk();
    server.addPerson({ name: 'bob', id: 'U0BOB' });
    const { id } = server.addChannel('general');
    await server.addPerson('ann').types(words).acknowledged;
    expect(last().event?.text).toBe(text.replace('CHANNEL', id));
  });
}

test('a huge message is cut at 40,000 characters', async () => {
  const { server, last } = await talk();
  await server.addPerson('ann').types('x'.repeat(300_000)).acknowledged;
  expect(String(last().event?.text)).toHaveLength(40_000);
});

test('edits, deletions and thread replies say what they are', async () => {
  const { server, events } = await talk();
  const ann = server.addPerson('ann');
  await webOf(server).chat.postMessage({ channel: ann.id, text: 'Was it you?', ...QUIET });
  const question = await ann.awaits('Was it you?');
  const typed = ann.types('yes');
  await ann.edits(typed, 'no').acknowledged;
  await ann.deletes(typed).acknowledged;
  await ann.replies(question, 'in a thread').acknowledged;
  const [, first, edit, deletion, reply] = events();
  expect(first).toMatchObject({ text: 'yes', ts: typed.id });
  expect(edit).toMatchObject({
    subtype: 'message_changed',
    channel: ann.dm(),
    message: { user: ann.id, text: 'no', ts: typed.id, edited: { user: ann.id } },
    previous_message: { text: 'yes' },
  });
  expect(edit).not.toHaveProperty('user');
  expect(deletion).toMatchObject({
    subtype: 'message_deleted',
    deleted_ts: typed.id,
    previous_message: { text: 'no' },
  });
  expect(reply).toMatchObject({ text: 'in a thread', thread_ts: question.id, user: ann.id });
  expect(() => server.addPerson('bob').edits(typed, 'x')).toThrow('bob has typed no message');
});

test('what the bot says comes back to it, marked as its own', async () => {
  const { server, events } = await talk();
  const ann = server.addPerson('ann');
  await webOf(server).chat.postMessage({ channel: ann.id, text: 'hi', ...QUIET });
  await server.until(() => events().length === 1, 'the event');
  expect(events()).toMatchObject([
    { type: 'message', text: 'hi', user: server.bot.userId, bot_id: server.bot.id, channel_type: 'im' },
  ]);
});

test('other bots, and strangers by Slack Connect, can be told by what comes with their messages', async () => {
  const { server, last } = await talk();
  await server.addPerson({ name: 'otherbot', bot: true }).types('hi').acknowledged;
  expect(last().event).toMatchObject({ bot_id: expect.stringMatching(/^B/) });
  expect(last().event?.bot_id).not.toBe(server.bot.id);
  await server.addPerson({ name: 'eve', teamId: 'T0ELSEWHERE' }).types('yes').acknowledged;
  expect(last()).toMatchObject({
    team_id: server.team.id,
    is_ext_shared_channel: true,
    event: { team: 'T0ELSEWHERE', user_team: 'T0ELSEWHERE', source_team: 'T0ELSEWHERE' },
  });
});

test('of an Enterprise Grid, people have ids of the organisation, and events name it', async () => {
  const { server, last } = await talk({ team: { enterpriseId: 'E0CORP' } });
  const ann = server.addPerson('ann');
  await ann.types('yes').acknowledged;
  expect(ann.id).toMatch(/^W/);
  expect(last()).toMatchObject({ enterprise_id: 'E0CORP', context_enterprise_id: 'E0CORP', event: { user: ann.id } });
  const web = webOf(server);
  expect(await web.auth.test()).toMatchObject({ enterprise_id: 'E0CORP', user_id: expect.stringMatching(/^W/) });
  expect((await web.users.info({ user: ann.id })).user).toMatchObject({
    enterprise_user: { enterprise_id: 'E0CORP', id: ann.id },
  });
  await webOf(server).chat.postMessage({ channel: ann.id, text: 'hi', ...QUIET });
  expect(ann.reads()).toHaveLength(1);
});

test('profiles that change, and newcomers, are told', async () => {
  const { server, last } = await talk();
  const ann = server.addPerson('ann');
  await ann.changes({ displayName: 'bob', deactivated: true }).acknowledged;
  expect(last().event).toMatchObject({
    type: 'user_change',
    user: { id: ann.id, name: 'ann', deleted: true, profile: { display_name: 'bob', email: 'ann@example.com' } },
  });
  expect(() => ann.types('yes')).toThrow('ann was deactivated');
  const carol = server.joins('carol');
  await server.until(() => last().event?.type === 'team_join', 'team_join');
  expect(last().event).toMatchObject({ user: { id: carol.id, name: 'carol', locale: 'en-US' } });
});

test('an app gets only what it has subscribed to, and has the scope for', async () => {
  const server = await startServer({ events: ['message.im', 'message.groups'] });
  const ann = server.addPerson('ann');
  server.addChannel('general');
  server.addChannel({ name: 'secret', private: true });
  expect(ann.opensHome().eventId).toBe('');
  expect(ann.says('general', 'hi').eventId).toBe('');
  expect(ann.says('secret', 'hi').eventId).toBe('');
  expect(ann.types('hi').eventId).not.toBe('');
  server.faults.addScope('groups:history');
  expect(ann.says('#secret', 'hi').eventId).not.toBe('');
  server.channel('secret').removesBot();
  expect(ann.says('secret', 'hi').eventId).toBe('');
  server.faults.removeScope('im:history');
  const unheard = ann.types('hi');
  expect(unheard.eventId).toBe('');
  await unheard.acknowledged;
  expect(
    server
      .channel('secret')
      .reads()
      .map(({ text, author }) => [text, author]),
  ).toEqual(Array(3).fill(['hi', ann.id]));
});

test('a person waits for a message that fits, and hears what is there instead', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const post = (text: string) => web.chat.postMessage({ channel: ann.id, text, ...QUIET });
  const waiting = [ann.awaits('second'), ann.awaits(/^sec/g), ann.awaits(({ text }) => text.length === 6)];
  await post('first');
  await post('second');
  for (const message of await Promise.all(waiting)) expect(message.text).toBe('second');
  const first = await ann.awaits(/./);
  expect(first.text).toBe('first');
  expect((await ann.awaits(/./, { after: first })).text).toBe('second');
  await expect(ann.awaits('third', { timeoutMs: 10 })).rejects.toThrow(
    /a message like "third" did not come.*There are 2:\n- first\n- second/s,
  );
});

test('people and channels are found by what they are called', async () => {
  const server = await startServer();
  const ann = server.addPerson({ name: 'ann', email: 'a@corp.example' });
  server.addPerson({ name: 'ann', email: 'other@corp.example' });
  for (const key of [ann.id, 'ann', 'A@corp.example']) expect(server.person(key).id).toBe(ann.id);
  expect(() => server.person('eve')).toThrow('There is nobody with the id, name or e-mail address "eve"');
  ann.changes({ name: 'annie' });
  expect(server.person('ann').email).toBe('other@corp.example');
  expect(server.channel(server.addChannel('#general').id).name).toBe('general');
  expect(() => server.channel('#none')).toThrow('There is no channel "#none"');
  expect(() => server.addPerson({ name: 'x', id: ann.id })).toThrow('already');
});
