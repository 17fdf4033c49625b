import { story } from '@securitybot/testing';
import { test } from 'vitest';

test('a yes is believed once it is proven', () =>
  story(async ({ alert, ann, bot, phone, security, clock, expectVerdict }) => {
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    await bot.asks('ann', /did you do this/i);
    await ann.says('yes, rebooting web-1');
    await bot.asks('ann', /push/i);
    await ann.says('yes');
    await phone.approves('ann');
    await bot.tells('ann', /settled/);
    await security.hearsNothing();
    await expectVerdict('sudo', 'confirmed');

    await clock.advance('2h');
    await alert('sudo', { for: 'ann' });
    await expectVerdict('sudo', 'muted');
  }));
