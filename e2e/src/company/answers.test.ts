import type { Cast } from '@securitybot/testing';
import { expect } from 'vitest';
import { type CompanyStage, company } from './stage.js';
import { playAll, type Stories } from './stories.js';

const YES = 'Yes, that was me';
const NO = 'No';
const UNSURE = 'Not sure';
const SEND = 'Yes, send the push';

/** The question is asked, answered with yes, and the push permitted; each by a press. */
async function reachPush({ alert, ann, bot }: Cast<CompanyStage>): Promise<void> {
  await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
  await bot.asks('ann', /sudo on web-1[\s\S]*did you do this/i);
  await ann.presses(YES, 'rebooting');
  await bot.asks('ann', /push/);
  await ann.presses(SEND);
}

const STORIES: Stories<CompanyStage> = {
  async 'yes by buttons, approved on the phone: confirmed'(cast) {
    const { stage, bot, phone, security, expectVerdict, expectRecord } = cast;
    await reachPush(cast);
    const prompt = await stage.duo.user('ann').awaitsPrompt();
    expect(prompt.info.map(({ text }) => text).join()).toContain('sudo: sudo on web-1');
    await phone.approves('ann');
    await bot.tells('ann', /settled/);
    await expectVerdict('sudo', 'confirmed');
    await expectRecord('sudo', { status: 2, comment: 'rebooting', performed: true, authenticated: true });
    await security.hearsNothing();
    // After an answer the buttons go, and the message says what was answered.
    const messages = stage.person('ann').reads();
    expect(messages.flatMap(({ buttons }) => buttons)).toEqual([]);
    expect(messages[0]?.text).toMatch(/You answered yes\. rebooting/);
    expect(stage.duo.callsOf('/auth/v2/auth')).toHaveLength(1);
  },

  async 'a confirmed alert costs one call for each message sent and one for each updated; by buttons, the dialog beside'(
    cast,
  ) {
    const { stage, alert, ann, bot, phone, expectVerdict } = cast;
    const counted = () =>
      Object.fromEntries(
        [...Map.groupBy(stage.slack.calls, ({ method }) => method)].map(([method, calls]) => [method, calls.length]),
      );
    const shown = () => {
      const messages = stage.person('ann').reads();
      return { sent: messages.length, updated: messages.filter(({ edited }) => edited).length };
    };
    /** The calls that one more alert has cost, and what of it there is to see. */
    const costs = async (tell: () => Promise<void>) => {
      const [calls, before] = [counted(), shown()];
      await tell();
      await bot.idle();
      const more = Object.entries(counted()).map(([method, count]) => [method, count - (calls[method] ?? 0)] as const);
      const { sent, updated } = shown();
      return {
        calls: Object.fromEntries(more.filter(([, count]) => count > 0)),
        sent: sent - before.sent,
        updated: updated - before.updated,
      };
    };
    const byButtons = await costs(async () => {
      await reachPush(cast);
      await phone.approves('ann');
      await expectVerdict('sudo', 'confirmed');
    });
    const byTyping = await costs(async () => {
      await alert('login', { for: 'ann' });
      await bot.asks('ann', /did you do this/i);
      await ann.says('yes, rebooting');
      await bot.asks('ann', /push/);
      await ann.says('yes');
      await phone.approves('ann');
      await expectVerdict('login', 'confirmed');
    });
    const messages = { sent: 4, updated: 2 }; // the question, the permission, the push, the thanks; the two that had buttons
    const calls = { 'chat.postMessage': messages.sent, 'chat.update': messages.updated };
    const whoSheIs = { 'users.lookupByEmail': 1, 'users.info': 1 };
    expect(byButtons).toEqual({ ...messages, calls: { ...calls, ...whoSheIs, 'views.open': 1 } });
    expect(byTyping).toEqual({ ...messages, calls });
    expect(stage.duo.callsOf('/auth/v2/auth')).toHaveLength(2);
  },

  async 'yes by typing, approved on the phone: confirmed'({ alert, ann, bot, phone, security, expectVerdict }) {
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    await bot.asks('ann', /did you do this/i);
    await ann.says('yes, rebooting <web-1> & co');
    await bot.asks('ann', /push/);
    await ann.says('yes');
    await phone.approves('ann');
    await bot.tells('ann', /settled/);
    await expectVerdict('sudo', 'confirmed');
    await bot.shows('ann', /You answered yes\. rebooting <web-1> & co/);
    await security.hearsNothing();
  },

  async 'no counts at once'({ alert, ann, bot, phone, security, expectVerdict }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await ann.presses(NO);
    await security.hears(/ann.*sudo.*denied/);
    await expectVerdict('sudo', 'denied');
    await phone.rang('ann', 0);
  },

  async 'not sure, and why'({ alert, ann, security, expectVerdict }) {
    await alert('sudo', { for: 'ann' });
    await ann.presses(UNSURE, 'I was at lunch');
    await security.hears(/ann.*sudo.*unsure[\s\S]*I was at lunch/);
    await expectVerdict('sudo', 'unsure');
  },

  async 'a dialog that is closed leaves the question open'({ stage, alert, ann, bot, phone, expectVerdict }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    const [message] = stage.person('ann').reads();
    if (!message) throw new Error('no question');
    const press = stage.person('ann').presses(message, YES);
    await (await press.dialog).closes();
    await expectVerdict('sudo', 'open');
    expect(stage.person('ann').reads()[0]?.buttons).toContain(YES);
    await ann.presses(YES, 'it was me');
    await ann.presses(SEND);
    await phone.approves('ann');
    await expectVerdict('sudo', 'confirmed');
  },

  async 'silence until the deadline'({ alert, bot, security, clock, expectVerdict }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await clock.advance('1h59m');
    await security.hearsNothing();
    await clock.advance('1m');
    await security.hears(/ann.*sudo.*no-answer/);
    await expectVerdict('sudo', 'no-answer');
    await bot.shows('ann', /question is closed/);
  },

  async 'the push is denied'(cast) {
    await reachPush(cast);
    await cast.phone.denies('ann');
    await cast.security.hears(/ann.*sudo.*push-denied[\s\S]*rebooting/);
    await cast.expectVerdict('sudo', 'push-denied');
  },

  async 'the push is reported as fraud'(cast) {
    await reachPush(cast);
    await cast.phone.reportsFraud('ann');
    await cast.security.hears(/ann.*sudo.*fraud/);
    await cast.expectVerdict('sudo', 'fraud');
  },

  async 'no device'({ stage, alert, ann, security, phone, expectVerdict }) {
    stage.duo.user('ann').changes({ devices: [{ type: 'token', capabilities: ['mobile_otp'] }] });
    await alert('sudo', { for: 'ann' });
    await ann.presses(YES, 'rebooting');
    await security.hears(/ann.*sudo.*no-factor/);
    await expectVerdict('sudo', 'no-factor');
    await phone.rang('ann', 0);
  },

  async 'Duo would wave her through'({ stage, alert, ann, security, phone, expectVerdict }) {
    stage.duo.user('ann').becomes('bypass');
    await alert('sudo', { for: 'ann' });
    await ann.presses(YES, 'rebooting');
    await security.hears(/ann.*sudo.*bypassed/);
    await expectVerdict('sudo', 'bypassed');
    await phone.rang('ann', 0);
  },

  async 'she is waved through when the push is out already'(cast) {
    await reachPush(cast);
    await cast.stage.duo.user('ann').settles('allow', 'bypass');
    await cast.security.hears(/ann.*sudo.*bypassed/);
    await cast.expectVerdict('sudo', 'bypassed');
  },

  async 'a verified push: the chat shows its code, and typing it is the proof'(cast) {
    cast.stage.duo.user('ann').changes({ verifiedPush: true });
    await reachPush(cast);
    const text = await cast.bot.tells('ann', /it goes with this code/);
    const code = /\d+/.exec(text.slice(text.indexOf('code')))?.[0] ?? '';
    await cast.stage.duo.user('ann').entersCode(code);
    await cast.bot.tells('ann', /settled/);
    await cast.expectVerdict('sudo', 'confirmed');
  },

  async 'an answer from another account changes nothing'({
    stage,
    alert,
    ann,
    bob,
    bot,
    phone,
    security,
    expectVerdict,
  }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    const [message] = stage.person('ann').reads();
    const actions = message?.raw.blocks.find((block) => (block as { type: string }).type === 'actions');
    const { elements } = actions as { elements: { value: string; action_id: string }[] };
    expect(elements).toHaveLength(3);
    for (const { value, action_id } of elements) {
      await stage.person('bob').sendsPress({ value, actionId: action_id }).acknowledged;
    }
    await bob.says('yes, it was me');
    await bot.tells('bob', /no longer open|no open question/);
    await security.hearsNothing();
    await expectVerdict('sudo', 'open');
    await ann.presses(NO);
    await expectVerdict('sudo', 'denied');
    await phone.rang('bob', 0);
  },

  async 'the App Home tells which questions are genuine'({ alert, ann, bot }) {
    await ann.opensHome(/no open question/);
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    await bot.asks('ann', /did you do this/i);
    await ann.opensHome(/sudo on web-1/);
  },
};

await playAll(STORIES, company, ({ slack, duo }) => [slack, duo]);
