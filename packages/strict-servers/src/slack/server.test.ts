import { expect, test } from 'vitest';
import { errorOf, startApp, startServer, webOf } from './fixtures/app.js';
import { createSlackServer } from './server.js';

test('Slack’s own clients connect unmodified: a question, a press, an answer typed', async () => {
  const server = await startServer();
  const ann = server.addPerson({ name: 'ann', email: 'ann@corp.example', timeZone: 'Europe/Berlin' });
  const web = webOf(server);
  const { received } = await startApp(server);

  expect(await web.auth.test()).toMatchObject({ ok: true, user_id: server.bot.userId, team_id: server.team.id });
  const { user } = await web.users.lookupByEmail({ email: 'ann@corp.example' });
  expect(user).toMatchObject({ id: ann.id, tz: 'Europe/Berlin', is_bot: false });
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: 'Did *you* do this? <https://x.example/?a=1&amp;b=2|Details>' } },
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'yes', value: 'q1:yes', text: { type: 'plain_text', text: 'Yes' } }],
    },
  ];
  const posted = await web.chat.postMessage({
    channel: ann.id,
    text: 'Did you do this?',
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  });

  const question = await ann.awaits('Did you do this?');
  expect(question).toMatchObject({ id: posted.ts, buttons: ['Yes'], links: ['https://x.example/?a=1&b=2'] });
  await ann.presses(question, 'Yes').acknowledged;
  await ann.types('yes & <b> https://x.example').acknowledged;
  await server.until(() => received.length === 3, 'the press, the answer, and what the bot itself wrote');
  const types = received.map(({ type, body }) => body.event?.text ?? type);
  expect(types.sort()).toEqual(['Did you do this?', 'interactive', 'yes &amp; &lt;b&gt; <https://x.example>']);

  await web.chat.update({ channel: posted.channel ?? '', ts: posted.ts ?? '', text: 'You said yes.', blocks: [] });
  expect(ann.reads()).toMatchObject([{ text: 'You said yes.', buttons: [], edited: true }]);
  expect(server.violations).toEqual([]);
});

test('a server that goes down comes back on its port, and delivers what happened meanwhile', async () => {
  const server = await startServer();
  const ann = server.addPerson('ann');
  const web = webOf(server);
  const { received } = await startApp(server);
  const { url } = server;
  await server.faults.goDown();
  await server.faults.goDown();
  expect(server.connections).toEqual([]);
  expect(await errorOf(web.auth.test())).not.toBe('ok');
  const typed = ann.types('is anybody there?');
  expect(server.unacknowledged()).toBe(1);
  await server.faults.comeUp();
  expect(server.url).toBe(url);
  await typed.acknowledged;
  expect(received.map(({ body }) => body.event?.text)).toEqual(['is anybody there?']);
  expect(await errorOf(web.auth.test())).toBe('ok');
  expect(server.violations).toEqual([]);
});

test('two servers are two workspaces; a port that is taken is an error', async () => {
  const [one, other] = [await startServer(), await startServer()];
  one.addPerson('ann');
  expect(() => other.person('ann')).toThrow('There is nobody');
  expect(await errorOf(webOf(other, { slackApiUrl: one.url }).auth.test())).toBe('invalid_auth');
  await expect(createSlackServer({ port: one.port })).rejects.toThrow('EADDRINUSE');
});

test('until waits for what is true here or in the app, and says what did not happen', async () => {
  const server = await startServer();
  let done = false;
  setTimeout(() => {
    done = true;
  });
  await server.until(() => done, 'the app to be done');
  await expect(server.until(() => false, 'the end of the world', { timeoutMs: 1 })).rejects.toThrow(
    'the end of the world: that did',
  );
  const waiting = server.until(() => false, 'more');
  const ended = expect(waiting).rejects.toThrow('more');
  await server.close();
  await ended;
});

test('500 people are asked, press and type within seconds', async () => {
  const server = await startServer({ limits: false, times: { acknowledgeMs: 20_000 } });
  server.addPeople(500);
  const web = webOf(server);
  // So many at once keep this process from answering pings for a while.
  for (let i = 0; i < 2; i += 1) await startApp(server, undefined, 20_000);
  const elements = [{ type: 'button', action_id: 'yes', value: 'y', text: { type: 'plain_text', text: 'Yes' } }];
  const blocks = [{ type: 'actions', elements }];
  const begun = Date.now();
  const conversations = Array.from({ length: 500 }, async (_, index) => {
    const person = server.person(`person${index + 1}`);
    const asked = person.awaits('', { timeoutMs: 30_000 });
    await web.chat.postMessage({
      channel: person.id,
      text: 'Was it you?',
      blocks,
      unfurl_links: false,
      unfurl_media: false,
    } as never);
    const question = await asked;
    await person.presses(question, 'Yes').acknowledged;
    for (const text of ['yes', 'it was me', 'really']) await person.types(text).acknowledged;
  });
  await Promise.all(conversations);
  await server.until(() => server.unacknowledged() === 0, 'all acknowledgements');
  expect(server.deliveries).toHaveLength(500 * 5);
  expect(server.violations).toEqual([]);
  expect(Date.now() - begun).toBeLessThan(20_000);
});
