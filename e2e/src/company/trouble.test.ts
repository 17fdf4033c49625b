import { type Cast, story } from '@securitybot/testing';
import { expect, test } from 'vitest';
import { forEachEngine } from '../../../packages/sql/src/testing.js';
import { type CompanyStage, company, people } from './stage.js';

type Told = (cast: Cast<CompanyStage>) => Promise<void>;

const YES = 'Yes, that was me';
const SEND = 'Yes, send the push';

const STORIES: Readonly<Record<string, Told>> = {
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

  async 'a reason of 20,000 characters is taken, and cut where it is shown'({ stage, alert, ann, bot, security }) {
    await alert('sudo', { for: 'ann', description: 'd'.repeat(20_000), reason: 'r'.repeat(20_000) });
    await bot.asks('ann', /did you do this/i);
    expect(stage.person('ann').reads().at(-1)?.buttons).toHaveLength(3);
    await ann.says(`no, ${'x'.repeat(20_000)}`);
    await security.hears(/ann.*sudo.*denied/);
  },
};

await forEachEngine(({ open }) => {
  for (const [title, tell] of Object.entries(STORIES)) {
    test(title, () =>
      story(
        async (cast) => {
          await tell(cast);
          expect(cast.stage.slack.violations).toEqual([]);
          expect(cast.stage.duo.violations).toEqual([]);
        },
        { stage: company(open), options: { people } },
      ),
    );
  }
});
