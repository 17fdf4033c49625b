import { expect, test } from 'vitest';
import { startApp, startServer, webOf } from './fixtures/app.js';

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
