import { expect } from 'vitest';
import { playAll, type Stories } from './stories.js';
import { type ZulipStage, zulipCompany } from './zulip-stage.js';

const STORIES: Stories<ZulipStage> = {
  async 'yes by typing, approved on the phone: confirmed, with one call a message and one an edit'(cast) {
    const { stage, alert, ann, bot, phone, security, expectVerdict, expectRecord } = cast;
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    await bot.asks('ann', /sudo on web-1[\s\S]*did you do this\? please answer yes, no or unsure/i);
    await ann.says('yes, rebooting <web-1> & co');
    await bot.asks('ann', /push.*yes or no/);
    await ann.says('Yes!');
    const prompt = await stage.duo.user('ann').awaitsPrompt();
    expect(prompt.info.map(({ text }) => text).join()).toContain('sudo: sudo on web-1');
    await phone.approves('ann');
    await bot.tells('ann', /settled/);
    await expectVerdict('sudo', 'confirmed');
    const comment = 'rebooting <web-1> & co';
    await expectRecord('sudo', { status: 2, comment, performed: true, authenticated: true });
    await bot.shows('ann', /You answered yes\. rebooting <web-1> & co/);
    await security.hearsNothing();
    const messages = stage.person('ann').reads();
    expect(stage.zulip.callsOf('POST /messages')).toHaveLength(messages.length);
    const edited = messages.filter((message) => message.edited);
    expect(stage.zulip.callsOf('PATCH /messages/{message_id}')).toHaveLength(edited.length);
    expect(stage.duo.callsOf('/auth/v2/auth')).toHaveLength(1);
  },

  async 'no counts at once, and is reported in the topic of the channel'(cast) {
    const { stage, alert, ann, bot, phone, security, expectVerdict } = cast;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await ann.says('no, I was at lunch');
    await security.hears(/ann.*sudo.*denied[\s\S]*I was at lunch/);
    await expectVerdict('sudo', 'denied');
    await phone.rang('ann', 0);
    expect(stage.zulip.channel('security').reads()).toMatchObject([{ topic: 'alerts' }]);
  },

  async 'the push is denied'(cast) {
    await cast.alert('sudo', { for: 'ann' });
    await cast.ann.says('yes');
    await cast.ann.says('yes');
    await cast.phone.denies('ann');
    await cast.security.hears(/ann.*sudo.*push-denied/);
    await cast.expectVerdict('sudo', 'push-denied');
  },

  async 'silence until the deadline; the question is too old by then to be edited, and stays as it is'(cast) {
    const { stage, alert, bot, security, clock, expectVerdict } = cast;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await clock.advance('2h');
    await security.hears(/ann.*sudo.*no-answer/);
    await expectVerdict('sudo', 'no-answer');
    await bot.tells('ann', /haven't had an answer/);
    expect(stage.zulip.callsOf('PATCH /messages/{message_id}')).toEqual([]);
  },

  async 'hostile text in every field stays text, in the question, the report and on the phone'(cast) {
    const { stage, alert, ann, bot, phone, security, expectVerdict } = cast;
    const evil =
      '@**all** @**Ann|9** @*security* #**security** [https://siem.example](https://evil.example) evil.example **b** `c` ~~d~~ &#64; :skull: $$x$$ <time:2026-01-01> ```q \\* \u202egnp';
    const seen = evil.replace('\u202e', '');
    const url = 'https://siem.example/1?a=1&b=@**all**';
    await alert(`sudo ${evil}`, { for: 'ann', description: evil, reason: `${evil}\n> ${evil}\n    ${evil}`, url });
    await bot.asks('ann', /did you do this/i);
    await ann.says(`yes, ${evil}`);
    await bot.asks('ann', /push/);
    await ann.says('yes');
    const [prompt] = stage.duo.user('ann').prompts();
    expect(prompt?.info.map(({ text }) => text).join('\n')).toContain('@**all**');
    await phone.denies('ann');
    await security.hears(/push-denied/);
    await expectVerdict(`sudo ${evil}`, 'push-denied');
    const [question, ...answers] = stage.person('ann').reads();
    const shown = [...(question ? [question] : []), ...answers, ...stage.zulip.channel('security').reads()];
    expect(shown.flatMap(({ mentions, previews }) => [...mentions, ...previews])).toEqual([]);
    const links = new Set(shown.flatMap((message) => message.links));
    expect([...links]).toEqual(['https://siem.example/1?a=1&b=@%2A%2Aall%2A%2A']);
    for (const message of [question, ...stage.zulip.channel('security').reads()]) {
      expect(message?.text.replaceAll('\u00a0', ' ')).toContain(seen);
      expect(message?.text).not.toContain('\u202e');
    }
  },

  async 'a reason of 20,000 characters, all of them markup, is cut where it is shown: the question stays'(cast) {
    const { alert, ann, bot, security } = cast;
    await alert('sudo', { for: 'ann', description: '*'.repeat(20_000), reason: '`'.repeat(20_000) });
    await bot.asks('ann', /did you do this\? please answer yes, no or unsure/i);
    await ann.says(`no, ${'_'.repeat(9000)}`);
    await security.hears(/ann.*sudo.*denied/);
  },

  async 'the event queue expires in the middle of a question: nothing that was typed is lost, and each answer counts once'(
    cast,
  ) {
    const { stage, alert, ann, bob, bot, phone, security, expectVerdict } = cast;
    const { zulip } = stage;
    await alert('sudo', { for: 'ann' });
    await alert('login', { for: 'bob' });
    await bot.asks('ann', /did you do this/i);
    await bot.asks('bob', /did you do this/i);
    await zulip.faults.goDown();
    const yes = stage.person('ann').types('yes, rebooting');
    zulip.faults.expireQueues();
    const no = stage.person('bob').types('no, not me');
    await zulip.faults.comeUp();
    await Promise.all([yes?.taken, no?.taken]);
    await security.hears(/bob.*login.*denied/);
    await bot.asks('ann', /push/);
    zulip.faults.expireQueues();
    await ann.says('yes');
    await phone.approves('ann');
    await expectVerdict('sudo', 'confirmed');
    await expectVerdict('login', 'denied');
    await phone.rang('ann', 1);
    await bob.says('yes');
    await bot.tells('bob', /answered that already|no open question/i);
    await security.hearsNothing();
    expect(stage.log.join('\n')).toContain('the event queue has expired');
  },

  async 'the bot is killed while she answers: the next process reads what is unread'(cast) {
    const { stage, alert, ann, bot, phone, expectVerdict } = cast;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await bot.dies();
    await ann.says('yes, rebooting');
    expect(stage.zulip.unread()).toBe(1);
    await bot.starts();
    await bot.asks('ann', /push/);
    await ann.says('yes');
    await phone.approves('ann');
    await expectVerdict('sudo', 'confirmed');
    await phone.rang('ann', 1);
  },

  async 'an answer before others, from another account, or edited afterwards, changes nothing'(cast) {
    const { stage, alert, ann, bob, bot, phone, security, expectVerdict } = cast;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await stage.person('ann').typesInGroup([stage.person('bob')], 'yes')?.taken;
    await bob.says('yes, it was me');
    await bot.tells('bob', /no open question/);
    await expectVerdict('sudo', 'open');
    const typed = stage.person('ann').types('no, not me');
    await typed?.taken;
    if (typed) stage.person('ann').edits(typed, 'yes');
    stage.zulip.faults.expireQueues();
    await ann.says('hi');
    await security.hears(/ann.*sudo.*denied/);
    await expectVerdict('sudo', 'denied');
    await phone.rang('ann', 0);
  },

  async 'whoever hides their address, is a guest or has left is not asked; the security team is told'(cast) {
    const { stage, alert, security, expectVerdict } = cast;
    stage.person('bob').changes({ hidesEmail: true });
    stage.person('ann').changes({ role: 'guest' });
    await alert('sudo', { for: 'bob' });
    await alert('login', { for: 'ann' });
    await alert('strange', { for: 'nobody' });
    for (const title of ['sudo', 'login', 'strange']) await expectVerdict(title, 'unknown-person');
    await security.hears(/unknown-person/);
    expect(stage.person('ann').reads()).toEqual([]);
    expect(stage.zulip.person(stage.person('bob').id).reads()).toEqual([]);
  },
};

await playAll(STORIES, zulipCompany, ({ zulip, duo }) => [zulip, duo]);
