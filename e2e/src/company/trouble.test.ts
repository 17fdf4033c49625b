import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { type CompanyStage, company } from './stage.js';
import { playAll, type Stories } from './stories.js';

const YES = 'Yes, that was me';
const NO = 'No';
const SEND = 'Yes, send the push';

const STORIES: Stories<CompanyStage> = {
  async 'Duo is down: after a minute the security team has it, without a second push'({
    stage,
    alert,
    ann,
    bot,
    security,
    clock,
    expectVerdict,
  }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await stage.duo.faults.goDown();
    await ann.presses(YES, 'rebooting');
    await security.hearsNothing();
    await clock.advance('2m');
    await security.hears(/ann.*sudo.*auth-unavailable/);
    await expectVerdict('sudo', 'auth-unavailable');
    expect(stage.duo.callsOf('/auth/v2/auth')).toEqual([]);
  },

  async 'Duo is away for some seconds: nobody notices'(cast) {
    await cast.alert('sudo', { for: 'ann' });
    await cast.bot.asks('ann', /did you do this/i);
    await cast.stage.duo.faults.goDown();
    await cast.ann.presses(YES, 'rebooting');
    await cast.stage.duo.faults.comeUp();
    await cast.clock.advance(30_000);
    await cast.ann.presses(SEND);
    await cast.phone.approves('ann');
    await cast.expectVerdict('sudo', 'confirmed');
    await cast.phone.rang('ann', 1);
  },

  async 'an event that comes three times is one answer'({ stage, alert, ann, bot, phone, expectVerdict }) {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    const { eventId, acknowledged } = stage.person('ann').types('yes, rebooting');
    await acknowledged;
    await bot.asks('ann', /push/);
    stage.slack.faults.redeliver({ eventId, times: 1, to: 'other' });
    stage.slack.faults.redeliver({ eventId, times: 1, to: 'same' });
    await stage.slack.until(() => stage.slack.unacknowledged() === 0, 'all to be acknowledged');
    await bot.tellsNothing('ann');
    await ann.says('yes');
    await phone.approves('ann');
    await expectVerdict('sudo', 'confirmed');
    await phone.rang('ann', 1);
  },

  async 'hostile text in every field stays text, in the question, the report and on the phone'(cast) {
    const { stage, alert, ann, bot, security, expectVerdict } = cast;
    const evil =
      '<!channel> <https://evil.example|https://siem.example> <@U0000001> *b* _i_ `c` > q &lt; :skull: \u202egnp';
    const url = 'https://siem.example/1?a=1&b=<!here>';
    await alert(`sudo ${evil}`, { for: 'ann', description: evil, reason: `${evil}\n> ${evil}`, url });
    await bot.asks('ann', /did you do this/i);
    await ann.presses(YES, evil);
    await ann.presses(SEND);
    const [prompt] = stage.duo.user('ann').prompts();
    expect(prompt?.info.map(({ text }) => text).join('\n')).toContain('<!channel>');
    await cast.phone.denies('ann');
    await security.hears(/push-denied/);
    await expectVerdict(`sudo ${evil}`, 'push-denied');
    const shown = [...stage.person('ann').reads(), ...stage.slack.channel('security').reads()];
    expect(shown.flatMap(({ mentions }) => mentions)).toEqual([]);
    const links = new Set(shown.flatMap((message) => message.links));
    for (const link of links) expect(link).toMatch(/^https:\/\/siem\.example\/1\?a=1&b=/);
    expect(shown.some(({ text }) => text.includes('<!channel> <https://evil.example|https://siem.example>'))).toBe(
      true,
    );
    expect(shown.filter((message) => message.unfurls)).toEqual([]);
    for (const { text, notification } of shown) expect(`${text}${notification}`).not.toContain('\u202e');
  },

  async 'Slack is down for ten minutes while alerts arrive: each is asked about once, and nothing that was said is lost'(
    cast,
  ) {
    const { stage, alert, ann, bob, bot, phone, security, clock, expectVerdict, expectRecord } = cast;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await ann.presses(YES, 'rebooting');
    await bot.asks('ann', /push/);
    await stage.slack.faults.goDown();
    const said = stage.person('ann').types('no, no push'); // on a phone that has no network either
    for (let minute = 1; minute <= 10; minute += 1) {
      await alert('login', { for: 'bob', description: `login ${minute}` });
      await alert(`strange ${minute}`, { for: 'nobody' });
      await clock.advance('1m');
    }
    await bot.tellsNothing('bob');
    await security.hearsNothing();
    await stage.slack.faults.comeUp();
    await said.acknowledged;
    await clock.advance('6m'); // the longest pause between two tries is of five minutes
    await security.hears(/ann.*sudo.*refused-proof/);
    await expectVerdict('sudo', 'refused-proof');
    const report = await security.hears(/nobody.*unknown-person.*10 alerts/);
    await security.hearsNothing();
    const question = await bot.asks('bob', /did you do all 10 of these/i);
    for (let minute = 1; minute <= 10; minute += 1) {
      await expectRecord(`strange ${minute}`, { status: 2, comment: 'invalid user' });
      expect(report).toContain(`strange ${minute}: `);
      expect(question).toContain(`login: login ${minute}\n`);
    }
    await bot.tellsNothing('bob');
    await bob.presses(NO);
    await security.hears(/bob.*login.*denied.*10 alerts/);
    await expectRecord('login', { status: 2, performed: false, authenticated: false });
    await phone.rang('ann', 0);
  },

  async 'both connections are refreshed in the middle of a question'({ stage, alert, bot, phone, expectVerdict }) {
    const { faults } = stage.slack;
    const refreshed = async () => {
      const before = stage.slack.connections.map(({ id }) => id);
      const isNew = () => stage.slack.connections.filter(({ id }) => !before.includes(id)).length === 2;
      await stage.slack.until(isNew, 'two new connections', { timeoutMs: 60_000 });
    };
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    const [message] = stage.person('ann').reads();
    if (!message) throw new Error('no question');
    // While she looks for words Slack warns, and neither connection ends before there is another.
    const press = stage.person('ann').presses(message, YES);
    const dialog = await press.dialog;
    faults.disconnect('warning');
    await refreshed();
    await dialog.submits('rebooting');
    await bot.asks('ann', /push/);
    // Both are closed at once, and what she types meanwhile comes over the next ones.
    faults.disconnect('refresh_requested');
    const { acknowledged } = stage.person('ann').types('yes');
    await refreshed();
    await acknowledged;
    await phone.approves('ann');
    await bot.tells('ann', /settled/);
    await expectVerdict('sudo', 'confirmed');
    await phone.rang('ann', 1);
  },

  async '300 alerts for one person in a minute: bundles of ten are asked about, the rest is a flood, all are reported'({
    stage,
    ann,
    bot,
    security,
    clock,
  }) {
    const { tasker, record } = stage.tasker;
    const titles = ['sudo', 'login', 'new browser'];
    const ids: string[] = [];
    await clock.advance(1000); // the first look of a bot that has just started is over: it would see some of what follows
    for (let count = 0; count < 300; count += 1) {
      const id = createHash('sha256').update(`${count}`).digest('hex');
      const title = titles[count % titles.length] ?? '';
      const of = {
        username: 'ann',
        title,
        description: `on web-${count}`,
        reason: '',
        url: '',
        eventTime: clock.now(),
      };
      await tasker.add({ id, ...of });
      ids.push(id);
      if (count % 30 === 29) await clock.advance(6000);
    }
    /** How many alerts stand so: their comments, and before they have one their status. */
    const standing = async () => {
      const rows = await Promise.all(ids.map((id) => record?.(id)));
      return Object.fromEntries(
        [...Map.groupBy(rows, (row) => row?.comment || `status ${row?.status}`)].map(([key, all]) => [key, all.length]),
      );
    };
    // Ten are asked about, and ten of each title wait.
    await bot.asks('ann', /did you do all 10 of these/i);
    expect(await standing()).toEqual({ 'status 1': 40, flood: 260 });
    const floods = stage.slack
      .channel('security')
      .reads()
      .map(({ text }) => /^ann: .*\(flood\), (\d+) alerts/.exec(text)?.[1]);
    expect(floods.length).toBeLessThanOrEqual(10);
    expect(floods.reduce((sum, alerts) => sum + Number(alerts), 0)).toBe(260);
    for (let round = 1; round <= 4; round += 1) {
      await ann.says('no, not me');
      await security.hears(/ann: .*\(denied\), 10 alerts/);
    }
    await bot.tells('ann', /good day/);
    expect(await standing()).toEqual({ 'not me': 40, flood: 260 });
    expect(stage.person('ann').reads().length).toBeLessThan(20);
  },

  async 'a reason of 20,000 characters is taken, and cut where it is shown'({
    stage,
    alert,
    ann,
    bot,
    security,
    expectVerdict,
  }) {
    await alert('sudo', { for: 'ann', description: 'd'.repeat(20_000), reason: 'r'.repeat(20_000) });
    await bot.asks('ann', /did you do this/i);
    expect(stage.person('ann').reads().at(-1)?.buttons).toHaveLength(3);
    await ann.says(`no, ${'x'.repeat(20_000)}`);
    await security.hears(/ann.*sudo.*denied[\s\S]*x{100}/);
    await expectVerdict('sudo', 'denied');
  },
};

await playAll(STORIES, company, ({ slack, duo }) => [slack, duo]);
