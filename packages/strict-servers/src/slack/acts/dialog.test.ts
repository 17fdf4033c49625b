import { expect, test } from 'vitest';
import { errorOf, type Received, startApp, startServer, webOf } from '../fixtures/app.js';
import { createClock } from '../fixtures/clock.js';
import type { SlackServer, SlackServerOptions } from '../types.js';

const plain = (text: string) => ({ type: 'plain_text', text });
const QUIET = { unfurl_links: false, unfurl_media: false } as const;

const modal = (more: object = {}) => ({
  type: 'modal',
  callback_id: 'reason',
  private_metadata: 'q1:yes',
  title: plain('What was it?'),
  submit: plain('Send'),
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: '*Thank you.* Please say what you did.' } },
    {
      type: 'input',
      block_id: 'why',
      label: plain('In your words'),
      hint: plain('Nobody laughs.'),
      element: {
        type: 'plain_text_input',
        action_id: 'text',
        multiline: true,
        max_length: 300,
        placeholder: plain('I …'),
      },
    },
  ],
  ...more,
});

/** A question with a button that opens a dialog, and an app that answers submissions with `answer`. */
async function ask(
  view: object = modal(),
  answer: () => Record<string, unknown> = () => ({}),
  options: SlackServerOptions = {},
) {
  const server = await startServer(options);
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const payloads: Received['body'][] = [];
  await startApp(server, async ({ type, body, ack }) => {
    if (type === 'interactive') payloads.push(body);
    if (body.type === 'view_submission') return ack(answer());
    await ack();
    if (body.type === 'block_actions') await web.views.open({ trigger_id: String(body.trigger_id), view } as never);
  });
  const button = { type: 'button', action_id: 'yes', value: 'q1:yes', style: 'primary', text: plain('Yes') };
  const blocks = [{ type: 'actions', block_id: 'answers', elements: [button] }];
  await web.chat.postMessage({ channel: ann.id, text: 'Was it you?', blocks, ...QUIET } as never);
  const question = await ann.awaits(() => true);
  return { server, web, ann, question, payloads, dialog: () => ann.presses(question, 'Yes').dialog };
}

const rules = (server: SlackServer) => server.violations.map(({ rule }) => rule);

test('a press brings who pressed what, where', async () => {
  const { server, ann, question, payloads } = await ask();
  const press = ann.presses(question, 'Yes');
  await press.acknowledged;
  expect(payloads).toMatchObject([
    {
      type: 'block_actions',
      user: { id: ann.id, username: 'ann', team_id: server.team.id },
      team: { id: server.team.id, domain: server.team.domain },
      api_app_id: server.bot.appId,
      trigger_id: press.triggerId,
      container: { type: 'message', message_ts: question.id, channel_id: ann.dm(), is_ephemeral: false },
      channel: { id: ann.dm(), name: 'directmessage' },
      message: { ts: question.id, text: 'Was it you?', bot_id: server.bot.id },
      actions: [
        {
          type: 'button',
          action_id: 'yes',
          block_id: 'answers',
          value: 'q1:yes',
          style: 'primary',
          text: { text: 'Yes' },
        },
      ],
    },
  ]);
});

test('a press opens a dialog, whose submission brings what was filled in', async () => {
  const { server, ann, dialog, payloads } = await ask();
  const shown = await dialog();
  expect(shown).toMatchObject({
    title: 'What was it?',
    submit: 'Send',
    close: 'Cancel',
    text: 'Thank you. Please say what you did.',
  });
  expect(shown.inputs).toEqual([
    {
      label: 'In your words',
      blockId: 'why',
      actionId: 'text',
      multiline: true,
      optional: false,
      placeholder: 'I …',
      hint: 'Nobody laughs.',
      initial: '',
      maxLength: 300,
    },
  ]);
  expect(await shown.submits('I was <testing> & more')).toEqual({ closed: true, errors: {} });
  expect(shown.isOpen()).toBe(false);
  expect(payloads.at(-1)).toMatchObject({
    type: 'view_submission',
    user: { id: ann.id },
    view: {
      id: shown.id,
      callback_id: 'reason',
      private_metadata: 'q1:yes',
      state: { values: { why: { text: { type: 'plain_text_input', value: 'I was <testing> & more' } } } },
    },
  });
  await expect(shown.submits('again')).rejects.toThrow('closed already');
  expect(server.violations).toEqual([]);
});

test('Slack’s client submits only what the inputs take', async () => {
  const { dialog } = await ask();
  const shown = await dialog();
  await expect(shown.submits('')).rejects.toThrow('"In your words" is required');
  await expect(shown.submits('x'.repeat(301))).rejects.toThrow('takes 0 to 300 characters, and got 301');
  await expect(shown.submits({ Reason: 'x' })).rejects.toThrow('has no input "Reason", but In your words, why, text');
  expect(await shown.submits({ why: 'x' })).toMatchObject({ closed: true });
});

test('what is optional and left empty comes as null', async () => {
  const element = { type: 'plain_text_input', action_id: 'text' };
  const blocks = [{ type: 'input', block_id: 'why', optional: true, label: plain('Why?'), element }];
  const { dialog, payloads } = await ask(modal({ blocks }));
  await (await dialog()).submits();
  expect(payloads.at(-1)?.view).toMatchObject({ state: { values: { why: { text: { value: null } } } } });
});

test('a submission can be answered with errors, with another dialog, or with the end of all', async () => {
  const answers: Record<string, unknown>[] = [
    { response_action: 'errors', errors: { why: 'Too short.' } },
    { response_action: 'update', view: modal({ title: plain('Once more') }) },
    { response_action: 'push', view: modal({ title: plain('On top') }) },
    { response_action: 'clear' },
  ];
  const { dialog } = await ask(modal(), () => answers.shift() ?? {});
  const shown = await dialog();
  expect(await shown.submits('x')).toEqual({ closed: false, errors: { why: 'Too short.' } });
  const updated = (await shown.submits('x')).next;
  expect(updated).toMatchObject({ id: shown.id, title: 'Once more' });
  const pushed = (await shown.submits('x')).next;
  expect(pushed?.title).toBe('On top');
  await expect(shown.submits('x')).rejects.toThrow('below another one');
  expect(await pushed?.submits('x')).toMatchObject({ closed: true });
  expect(shown.isOpen()).toBe(false);
});

for (const answer of [
  { response_action: 'errors', errors: { nowhere: 'x' } },
  { response_action: 'errors' },
  { response_action: 'update', view: { type: 'modal' } },
  { response_action: 'explode' },
]) {
  test(`a submission answered with ${JSON.stringify(answer)} is an error on the screen, and a violation`, async () => {
    const { server, dialog } = await ask(modal(), () => answer);
    const shown = await dialog();
    await expect(shown.submits('x')).rejects.toThrow('We had some trouble connecting');
    expect(shown.isOpen()).toBe(true);
    expect(rules(server)).toEqual(['refused-arguments']);
  });
}

test('a dialog that is closed tells the app only if it asked for it', async () => {
  const quiet = await ask();
  await (await quiet.dialog()).closes();
  expect(quiet.payloads.map(({ type }) => type)).toEqual(['block_actions']);
  const told = await ask(modal({ notify_on_close: true }));
  await (await told.dialog()).closes();
  expect(told.payloads.at(-1)).toMatchObject({
    type: 'view_closed',
    is_cleared: false,
    view: { private_metadata: 'q1:yes' },
  });
});

test('a trigger opens one dialog, within three seconds', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const web = webOf(server);
  await startApp(server);
  const ann = server.addPerson('ann');
  const open = (trigger_id: string) => errorOf(web.views.open({ trigger_id, view: modal() } as never));
  const press = ann.sendsPress({});
  expect(await open(press.triggerId)).toBe('ok');
  expect((await press.dialog).title).toBe('What was it?');
  expect(await open(press.triggerId)).toBe('exchanged_trigger_id');
  const late = ann.sendsPress({});
  clock.advance(3000);
  expect(await open(late.triggerId)).toBe('expired_trigger_id');
  await expect(late.dialog).rejects.toThrow('opened no dialog within 3000 ms');
  expect(await open('1.2.made-up')).toBe('invalid_trigger_id');
  expect(rules(server).filter((rule) => rule === 'bad-trigger')).toHaveLength(3);
});

test('a dialog that Slack would not take is refused, and the trigger is good still', async () => {
  const server = await startServer();
  const web = webOf(server);
  await startApp(server);
  const { triggerId: trigger_id, dialog } = server.addPerson('ann').sendsPress({});
  const open = (view: unknown) => errorOf(web.views.open({ trigger_id, view } as never));
  expect(await open(modal({ title: plain('x'.repeat(25)) }))).toBe('invalid_arguments');
  expect(await open('no JSON')).toBe('invalid_arguments');
  const huge = Array.from({ length: 100 }, () => ({ type: 'section', text: plain('x'.repeat(3000)) }));
  expect(await open(modal({ blocks: huge }))).toBe('view_too_large');
  expect(await open(modal())).toBe('ok');
  expect((await dialog).isOpen()).toBe(true);
});

test('a dialog can be changed while it is open, and its hash guards against changing an old one', async () => {
  const { web, dialog } = await ask(modal({ external_id: 'mine' }));
  const shown = await dialog();
  const { view } = await web.views.update({ view_id: shown.id, view: modal({ title: plain('Changed') }) } as never);
  expect(shown.title).toBe('Changed');
  const change = (more: object) => errorOf(web.views.update({ view: modal(), ...more } as never));
  expect(await change({ view_id: shown.id, hash: 'old' })).toBe('hash_conflict');
  expect(await change({ view_id: shown.id, hash: view?.hash })).toBe('ok');
  await shown.closes();
  expect(await change({ view_id: shown.id })).toBe('not_found');
});

test('a press that nobody acknowledges, or that the app may not get, is an error on the screen', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  await startApp(server, () => {});
  const { acknowledged } = server.addPerson('ann').sendsPress({});
  clock.advance(3000);
  await expect(acknowledged).rejects.toThrow('We had some trouble connecting');
  const off = await startServer({ interactivity: false });
  await startApp(off);
  await expect(off.addPerson('ann').sendsPress({}).acknowledged).rejects.toThrow('not configured');
  expect(off.deliveries).toEqual([]);
});

test('people press what their screen shows, also when the message has changed since, and nothing else', async () => {
  const { server, web, ann, question, payloads } = await ask();
  await web.chat.update({ channel: ann.dm(), ts: question.id, text: 'You said no.', blocks: [] });
  await ann.presses(question, 'Yes').acknowledged;
  const [now = expect.fail()] = ann.reads();
  await ann.presses(now, 'Yes').acknowledged;
  expect(payloads).toHaveLength(2);
  expect(payloads[0]?.message).toMatchObject({ text: 'You said no.' });
  const again = { type: 'button', action_id: 'yes', value: 'q2:yes', text: plain('Yes') };
  await web.chat.update({
    channel: ann.dm(),
    ts: question.id,
    text: 'You said no.',
    blocks: [{ type: 'actions', elements: [again] }],
  } as never);
  await ann.presses(question, 'Yes').acknowledged;
  await ann.presses(ann.reads()[0] ?? expect.fail(), 'Yes').acknowledged;
  expect(payloads.map(({ actions }) => (actions as { value: string }[])[0]?.value)).toEqual([
    'q1:yes',
    'q1:yes',
    'q1:yes',
    'q2:yes',
  ]);
  expect(() => ann.presses(question, 'No')).toThrow(
    'The message "You said no." has no button "No". It has, or has had: "Yes"',
  );
  expect(() => server.addPerson('bob').presses(question, 'Yes')).toThrow('bob sees no message');
});

test('a forged press has the values of its sender, and says truly who that is', async () => {
  const { ann, server, question, payloads } = await ask();
  const eve = server.addPerson('eve');
  await eve.sendsPress({ value: 'q1:yes', actionId: 'yes', messageId: question.id, channel: ann.dm(), text: 'mine' })
    .acknowledged;
  expect(payloads).toMatchObject([
    {
      user: { id: eve.id },
      channel: { id: ann.dm() },
      container: { message_ts: question.id },
      message: { ts: question.id, text: 'mine' },
      actions: [{ action_id: 'yes', value: 'q1:yes' }],
    },
  ]);
});

test('the Home tab shows what was last published, and has buttons too', async () => {
  const { server, web, ann, payloads } = await ask();
  expect(ann.home()).toBeUndefined();
  await ann.opensHome().acknowledged;
  const button = { type: 'button', action_id: 'a', value: 'v', text: plain('Answer') };
  const home = (text: string) => ({
    type: 'home',
    blocks: [
      { type: 'section', text: plain(text) },
      { type: 'actions', elements: [button] },
    ],
  });
  const publish = (more: object = {}) =>
    web.views.publish({ user_id: ann.id, view: home('One question'), ...more } as never);
  const waiting = ann.awaitsHome('One');
  const { view } = await publish();
  const shown = await waiting;
  expect(shown).toMatchObject({ place: 'home', channel: ann.id, text: 'One question', buttons: ['Answer'] });
  await ann.presses(shown, 'Answer').acknowledged;
  expect(payloads.at(-1)).toMatchObject({
    container: { type: 'view', view_id: shown.id },
    view: { type: 'home', id: shown.id },
    actions: [{ value: 'v' }],
  });
  expect(await errorOf(publish({ hash: 'old' }))).toBe('hash_conflict');
  await publish({ hash: view?.hash, view: home('Nothing is open') });
  expect(ann.home()?.text).toBe('Nothing is open');
  expect(await errorOf(publish({ user_id: 'U0NOBODY' }))).toBe('invalid_arguments');
  expect(await errorOf(publish({ view: modal() }))).toBe('invalid_arguments');
  const without = await startServer({ homeTab: false });
  const bob = without.addPerson('bob');
  expect(await errorOf(webOf(without).views.publish({ user_id: bob.id, view: home('x') } as never))).toBe(
    'not_enabled',
  );
  expect(server.person('ann').home()?.text).toBe('Nothing is open');
});

test('app_home_opened says which tab was opened, and what the Home tab shows', async () => {
  const server = await startServer();
  const { received } = await startApp(server);
  const ann = server.addPerson('ann');
  await ann.opensHome().acknowledged;
  await webOf(server).views.publish({ user_id: ann.id, view: { type: 'home', blocks: [] } });
  await ann.opensHome().acknowledged;
  await ann.opensMessages().acknowledged;
  const events = received.map(({ body }) => body.event);
  expect(events.map((event) => [event?.type, event?.user, event?.tab, 'view' in (event ?? {})])).toEqual([
    ['app_home_opened', ann.id, 'home', false],
    ['app_home_opened', ann.id, 'home', true],
    ['app_home_opened', ann.id, 'messages', false],
  ]);
});

test('a dialog that is opened takes the place of the one before', async () => {
  const { dialog } = await ask();
  const first = await dialog();
  const second = await dialog();
  expect([first.isOpen(), second.isOpen()]).toEqual([false, true]);
  await expect(first.submits('x')).rejects.toThrow('closed already');
  await second.submits('x');
});

test('dialogs can be stacked three high, and an external id is of one open dialog', async () => {
  const server = await startServer();
  const web = webOf(server);
  await startApp(server);
  const ann = server.addPerson('ann');
  const call = (method: string, more: object = {}) =>
    errorOf(web.apiCall(method, { trigger_id: ann.sendsPress({}).triggerId, view: modal(), ...more }));
  expect(await call('views.push')).toBe('not_found');
  expect(await call('views.open', { view: modal({ external_id: 'mine' }) })).toBe('ok');
  expect(await call('views.push', { view: modal({ external_id: 'mine' }) })).toBe('duplicate_external_id');
  expect([await call('views.push'), await call('views.push'), await call('views.push')]).toEqual([
    'ok',
    'ok',
    'push_limit_reached',
  ]);
});
