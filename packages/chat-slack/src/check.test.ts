import { afterEach, describe, expect, test } from 'vitest';
import { checkSlack } from './check.js';
import { createSlackClients } from './clients.js';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

afterEach(() => desk.close());

/** What `doctor` says, and what `start` throws. */
async function problems(reportingChannel?: string, tokens: { botToken?: string; appToken?: string } = {}) {
  const { slack, another } = desk;
  const { botToken, appToken, url: apiUrl } = slack;
  const clients = createSlackClients({ botToken, appToken, apiUrl, ...tokens });
  const room = reportingChannel === undefined ? {} : { reportingChannel };
  const found = await checkSlack({ ...clients, ...room });
  const chat = another({ ...room, ...tokens });
  const thrown = await chat
    .start(async () => {})
    .then(
      () => undefined,
      (error) => error,
    );
  await chat.stop();
  const messages = found.flatMap(({ level, text }) => (level === 'ok' ? [] : [`slack: ${text}`]));
  return { found, messages, thrown };
}

describe('the set-up', () => {
  test('where all is well has no problems, opens no connection, and calls little', async () => {
    desk = await createDesk();
    const { slack } = desk;
    const { id } = slack.addChannel('security');
    const clients = createSlackClients({ botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.url });
    for (const reportingChannel of [id, 'security', '#security'])
      expect(await checkSlack({ ...clients, reportingChannel })).toEqual([
        { level: 'ok', text: `it takes both tokens, and the bot is in ${reportingChannel}` },
      ]);
    expect(slack.connections).toEqual([]);
    expect(slack.calls.length).toBeLessThan(12);
  });

  test.each(['token_revoked', 'account_inactive', 'invalid_auth', 'token_expired'] as const)(
    'with a bot token that is %s',
    async (error) => {
      desk = await createDesk();
      desk.slack.faults.revokeToken('bot', error);
      const { found, messages, thrown } = await problems('#security');
      expect(found).toMatchObject([{ level: 'fail', code: 'BAD_CREDENTIALS' }]);
      expect(messages[0]).toMatch(new RegExp(`^slack: auth\\.test: ${error}\\. .*token`));
      expect(thrown).toMatchObject({ code: 'BAD_CREDENTIALS', message: messages[0] });
    },
  );

  test('with an app-level token that is revoked, or of the wrong kind', async () => {
    desk = await createDesk();
    const { slack } = desk;
    const wrong = await problems(undefined, { appToken: slack.botToken });
    expect(wrong.messages).toEqual([
      expect.stringMatching(/app-level token.*not_allowed_token_type.*begins with xapp-|app-level token with xapp-/s),
    ]);
    expect(wrong.thrown).toMatchObject({
      code: 'BAD_CREDENTIALS',
      message: expect.stringContaining('not_allowed_token_type'),
    });
    slack.faults.revokeToken('app');
    expect((await problems()).messages).toEqual([
      expect.stringContaining('apps.connections.open, with the app-level token: token_revoked'),
    ]);
  });

  test('with an app-level token without its scope, or with Socket Mode off', async () => {
    desk = await createDesk({ appScopes: [] });
    expect((await problems()).messages).toEqual([expect.stringContaining('missing_scope, connections:write')]);
    await desk.close();
    desk = await createDesk({ socketMode: false });
    const { messages, thrown } = await problems();
    expect(messages).toEqual([expect.stringContaining('Is Socket Mode switched on')]);
    expect(thrown).toMatchObject({ message: expect.stringContaining('Is Socket Mode switched on') });
  });

  test('without some scopes: each is named, with what it is for', async () => {
    desk = await createDesk();
    desk.slack.faults.removeScope('im:history');
    desk.slack.faults.removeScope('users:read.email');
    const { messages, thrown } = await problems('#security');
    expect(messages).toEqual([
      expect.stringMatching(/scope im:history is missing, to read what people type.*install the app again/),
      expect.stringMatching(/scope users:read\.email is missing/),
    ]);
    expect(thrown).toMatchObject({ code: 'BAD_CREDENTIALS', message: messages.join(' ') });
  });

  test('with a reporting channel that is not there, without the bot, private or archived', async () => {
    desk = await createDesk();
    const { slack } = desk;
    const without = slack.addChannel({ name: 'without', botIsMember: false });
    const secret = slack.addChannel({ name: 'secret', private: true, botIsMember: false });
    const old = slack.addChannel({ name: 'old', archived: true });
    const cases = [
      ['#nowhere', /in no channel named "#nowhere"\. Invite the bot/],
      ['#without', /in no channel named "#without"\. Invite the bot/],
      [without.id, /is without the bot\. Type \/invite/],
      [secret.id, /channel_not_found\. Check the channel’s id, and invite the bot if the channel is private/],
      [old.id, /is archived\. Take it out of the archive/],
      ['C0NOSUCHTHING', /channel_not_found/],
      ['', /in no channel named ""/],
    ] as const;
    for (const [room, words] of cases) {
      const { found, messages, thrown } = await problems(room);
      expect(found).toMatchObject([{ code: 'REJECTED' }]);
      expect(messages[0]).toMatch(words);
      expect(thrown).toMatchObject({ code: 'REJECTED', message: messages[0] });
    }
    expect(slack.connections).toEqual([]);
  });

  test('that cannot be told as Slack is away is a passing problem, and no reason not to start', async () => {
    desk = await createDesk();
    desk.slack.faults.answer(503, { times: 3 });
    const { found } = await problems();
    expect(found).toMatchObject([{ code: 'UNAVAILABLE' }, { code: 'UNAVAILABLE' }]);
  });

  test('never shows a token', async () => {
    desk = await createDesk();
    const { slack, log } = desk;
    slack.faults.revokeToken('bot');
    slack.faults.revokeToken('app');
    const { messages, thrown } = await problems('#security');
    const said = [...messages, String(thrown), ...log].join();
    expect(said).not.toContain(slack.botToken.slice(5));
    expect(said).not.toContain(slack.appToken.slice(5));
  });
});
