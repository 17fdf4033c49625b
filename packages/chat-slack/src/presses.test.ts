import type { Choice, InboundEvent } from '@securitybot/core';
import type { SlackPerson, SlackServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';
import { createPresses } from './presses.js';
import { defaultWords } from './words.js';

let desk: Desk;

const CHOICES: readonly Choice[] = [
  { label: 'Yes, that was me', value: 'answer:1:yes', asksReason: true },
  { label: 'No', value: 'answer:1:no' },
];

/** Ann has been asked; `receive` says what becomes of what she does. */
async function asked(options: SlackServerOptions = {}, receive: () => Promise<void> = async () => {}) {
  desk = await createDesk(options);
  const ann = desk.slack.addPerson('ann');
  const events: InboundEvent[] = [];
  const chat = desk.another({ words: { dialogTitle: 'Ihre Antwort, bitte, in aller Kürze' } });
  await chat.start(async (event) => {
    events.push(event);
    await receive();
  });
  await chat.send(
    { user: ann.id },
    { key: 'k', nodes: [{ type: 'text', text: 'Did you do this?' }], choices: CHOICES },
  );
  return { ...desk, ann, chat, events, question: await ann.awaits('Did you do this?') };
}

afterEach(() => desk.close());

describe('a press that answers at once', () => {
  test('is acknowledged once it is saved, and two presses are two events', async () => {
    const { slack, ann, events, question } = await asked();
    await ann.presses(question, 'No').acknowledged;
    await ann.presses(question, 'No').acknowledged;
    expect(events).toMatchObject([
      { type: 'choice', user: ann.id, value: 'answer:1:no', sentAt: expect.any(Number) },
      { type: 'choice', user: ann.id, value: 'answer:1:no' },
    ]);
    expect(events[0]?.id).not.toBe(events[1]?.id);
    expect(slack.violations).toEqual([]);
  });

  test('that cannot be saved is not acknowledged: the person sees it, and presses again', async () => {
    let isDown = true;
    const { ann, events, question } = await asked({ times: { acknowledgeMs: 200 } }, async () => {
      if (isDown) throw new Error('the store is down');
    });
    await expect(ann.presses(question, 'No').acknowledged).rejects.toThrow('trouble');
    isDown = false;
    await ann.presses(question, 'No').acknowledged;
    expect(events).toHaveLength(2);
  });

  test('that is delivered twice is the same event', async () => {
    const { slack, ann, events, question } = await asked();
    const press = {
      type: 'block_actions',
      user: { id: ann.id },
      channel: { id: question.channel },
      container: { type: 'message', message_ts: question.id, channel_id: question.channel },
      trigger_id: 'T1',
      actions: [
        { action_id: 'securitybot:answer:1', value: `${ann.id}/answer%3A1%3Ano`, action_ts: '1700000000.000100' },
      ],
    };
    slack.faults.sendEnvelope(press, 'interactive');
    await expect.poll(() => events).toHaveLength(1);
    slack.faults.sendEnvelope(press, 'interactive');
    await expect.poll(() => events).toHaveLength(2);
    expect(events[1]).toEqual(events[0]);
    slack.faults.sendEnvelope(
      { ...press, actions: [{ ...press.actions[0], action_ts: '1700000009.000100' }] },
      'interactive',
    );
    await expect.poll(() => events).toHaveLength(3);
    expect(events[2]?.id).not.toBe(events[0]?.id);
  });
});

describe('a press that asks for a reason', () => {
  test('opens a dialog and saves nothing; what is sent in it is the answer, acknowledged once it is saved', async () => {
    const { slack, ann, events, question } = await asked();
    const press = ann.presses(question, 'Yes, that was me');
    await press.acknowledged;
    const dialog = await press.dialog;
    expect(events).toEqual([]);
    expect(dialog).toMatchObject({ title: 'Ihre Antwort, bitte, in…', submit: 'Send', close: 'Cancel' });
    expect(dialog.text).toBe('Yes, that was me');
    expect(dialog.inputs).toMatchObject([{ multiline: true, optional: false, maxLength: 3000 }]);
    expect(await dialog.submits('I was <testing> & “more”')).toEqual({ closed: true, errors: {} });
    expect(events).toEqual([
      {
        type: 'choice',
        id: expect.stringContaining(dialog.id),
        user: ann.id,
        value: 'answer:1:yes',
        reason: 'I was <testing> & “more”',
      },
    ]);
    expect(slack.violations).toEqual([]);
  });

  test('and is closed leaves the question open, to be pressed again or typed', async () => {
    const { ann, events, question } = await asked();
    await (await ann.presses(question, 'Yes, that was me').dialog).closes();
    expect(events).toEqual([]);
    await (await ann.presses(question, 'Yes, that was me').dialog).submits('again');
    await ann.types('yes, typed').acknowledged;
    expect(events).toMatchObject([
      { type: 'choice', reason: 'again' },
      { type: 'text', text: 'yes, typed' },
    ]);
  });

  test('a reason as long as Slack takes comes through whole', async () => {
    const { ann, events, question } = await asked();
    await (await ann.presses(question, 'Yes, that was me').dialog).submits('x'.repeat(3000));
    expect(events).toMatchObject([{ reason: 'x'.repeat(3000) }]);
  });

  test('a reason of blanks is asked for again', async () => {
    const { slack, ann, events, question } = await asked();
    const dialog = await ann.presses(question, 'Yes, that was me').dialog;
    const view = { ...dialog.raw, id: dialog.id, state: { values: { reason: { reason: { value: ' \n ' } } } } };
    slack.faults.sendEnvelope({ type: 'view_submission', user: { id: ann.id }, view }, 'interactive');
    await slack.until(() => slack.deliveries.at(-1)?.state === 'acknowledged', 'the acknowledgement');
    expect(events).toEqual([]);
    expect(dialog.isOpen()).toBe(true);
  });

  test('an answer that cannot be saved stays in the dialog, and can be sent again', async () => {
    let isDown = true;
    const { ann, events, question } = await asked({}, async () => {
      if (isDown) throw new Error('the store is down');
    });
    const dialog = await ann.presses(question, 'Yes, that was me').dialog;
    const refused = await dialog.submits('testing');
    expect(refused).toMatchObject({ closed: false, errors: { reason: expect.stringContaining('could not be saved') } });
    isDown = false;
    expect(await dialog.submits('testing')).toMatchObject({ closed: true });
    expect(events[1]).toEqual(events[0]); // the same event: nothing of the first was saved, or all of it
  });

  test('and is delivered twice opens one dialog, and nobody is told of trouble', async () => {
    const { slack, ann, question, log } = await asked();
    const press = ann.presses(question, 'Yes, that was me');
    await press.dialog;
    const { triggerId } = press;
    slack.faults.sendEnvelope(
      {
        type: 'block_actions',
        user: { id: ann.id },
        channel: { id: question.channel },
        container: { message_ts: question.id },
        trigger_id: triggerId,
        actions: [{ action_id: 'securitybot:ask:0', value: `${ann.id}/v`, action_ts: '1700000000.000100' }],
      },
      'interactive',
    );
    await expect.poll(() => slack.callsOf('views.open').length).toBe(2);
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acknowledged'), 'all acknowledged');
    expect(ann.reads()).toHaveLength(1);
    expect(log.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  test('an acknowledgement that fails while the dialog is being opened is an error of that press, and of nothing else', async () => {
    desk = await createDesk();
    const opening = Promise.withResolvers<Record<string, unknown>>();
    const call = () => opening.promise;
    const presses = createPresses({
      api: { call, patiently: call, stoppedMs: () => 0 },
      take: async () => {},
      words: defaultWords,
      say: async () => {},
      log: () => {},
    });
    const press = {
      type: 'block_actions',
      user: { id: 'UANN' },
      channel: { id: 'D1' },
      trigger_id: 'T1',
      actions: [{ action_id: 'securitybot:ask:0', value: 'UANN/v', action_ts: '1700000000.000100' }],
    };
    const handled = presses.handle(press, () => Promise.reject(new Error('the connection is gone')));
    await new Promise(setImmediate); // by now a rejection that nobody handles would have ended the process
    opening.resolve({});
    await expect(handled).rejects.toThrow('the connection is gone');
  });

  test.each([
    ['expired_trigger_id', undefined],
    [undefined, 503],
  ])(
    'where the dialog cannot be opened (%s %s), the person is told to press again or to type',
    async (error, status) => {
      const { slack, ann, events, question, log } = await asked();
      if (error) slack.faults.fail(error, { method: 'views.open' });
      if (status) slack.faults.answer(503, { method: 'views.open' });
      await ann.presses(question, 'Yes, that was me').acknowledged;
      await ann.awaits('Please press the button again, or type your answer here.');
      expect(events).toEqual([]);
      expect(log).toContainEqual(
        expect.stringMatching(/^warn slack: the dialog for a press of U\w+ could not be opened/),
      );
      await (await ann.presses(question, 'Yes, that was me').dialog).submits('the second time');
      expect(events).toMatchObject([{ reason: 'the second time' }]);
    },
  );
});

describe('a press that nobody should have made', () => {
  /** What the engine gets of a forged press: nothing, or a value that is no question's. */
  async function forge(who: (ann: SlackPerson) => SlackPerson, press: Parameters<SlackPerson['sendsPress']>[0]) {
    const { slack, ann, events, log } = await asked();
    const forger = who(ann);
    await forger.sendsPress(press).acknowledged;
    expect(slack.callsOf('views.open')).toEqual([]);
    return { forger, events, log };
  }

  test.each(['answer', 'ask'])(
    'on a button that was made for somebody else (%s) is handed on as nobody’s',
    async (kind) => {
      const actionId = `securitybot:${kind}:0`;
      let value = '';
      const { forger, events, log } = await forge(
        (ann) => {
          value = `${ann.id}/answer%3A1%3Ayes`;
          return desk.slack.addPerson('mallory');
        },
        {
          actionId,
          get value() {
            return value;
          },
        },
      );
      expect(events).toMatchObject([{ type: 'choice', user: forger.id, value: '' }]);
      expect(events[0]).not.toHaveProperty('reason');
      expect(log).toContainEqual(`warn slack: ${forger.id} has pressed a button that was not made for them`);
    },
  );

  test.each(['', 'answer:1:yes', 'U1/a/b', '%', '/', 'x'.repeat(2000)])(
    'with a value of their own (%s) too',
    async (value) => {
      const { events } = await forge((ann) => ann, { actionId: 'securitybot:answer:0', value });
      expect(events).toMatchObject([{ value: '' }]);
    },
  );

  test.each([
    { actionId: 'somebody-elses' },
    { actionId: 'securitybot:answer:0:more' },
    { actionId: '__proto__' },
    { actionId: 'securitybot:answer:0', channel: 'C0GENERAL' },
    { actionId: 'securitybot:answer:0', channel: '' },
  ])('elsewhere, or of an action that is none of ours (%j), is ignored with a line in the log', async (press) => {
    const { events, log } = await forge((ann) => ann, { value: 'v', ...press });
    expect(events).toEqual([]);
    expect(log).toContainEqual(expect.stringContaining('was ignored'));
  });

  test('a submission of a dialog that is none of ours, or somebody else’s, answers nothing', async () => {
    const { slack, ann, events } = await asked();
    const state = { values: { reason: { reason: { value: 'a reason' } } } };
    const submit = (view: object) =>
      slack.faults.sendEnvelope(
        { type: 'view_submission', user: { id: ann.id }, view: { id: 'V1', state, ...view } },
        'interactive',
      );
    submit({ callback_id: 'other', private_metadata: `${ann.id}/v` });
    submit({ callback_id: 'securitybot:reason', private_metadata: 'U0OTHER/answer%3A1%3Ayes' });
    await expect.poll(() => events).toHaveLength(1);
    expect(events).toMatchObject([{ user: ann.id, value: '', reason: 'a reason' }]);
  });
});
