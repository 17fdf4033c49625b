import { loadConfig } from '@securitybot/config';
import { story } from '@securitybot/testing';
import { test } from 'vitest';

test('with this configuration, an alert ends by a proof, or with the security team', async () => {
  const { policy, commands, messages } = await loadConfig('config/bot.yaml');
  const options = { policy: { ...policy, titles: {} }, options: { commands, messages } };

  await story(async ({ alert, ann, bot, phone, security, expectVerdict }) => {
    await alert('sudo', { for: 'ann' });
    await bot.idle();
    await ann.says('yes, that was me');
    await ann.says('yes');
    await phone.approves('ann');
    await expectVerdict('sudo', 'confirmed');

    await alert('New browser', { for: 'ann' });
    await bot.idle();
    await ann.says('no');
    await security.hears('New browser');
    await expectVerdict('New browser', 'denied');
  }, options);
});
