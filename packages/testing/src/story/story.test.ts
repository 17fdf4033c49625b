import { expect, test } from 'vitest';
import { story } from './story.js';

test('yes, permitted, approved: settled, and nobody is bothered', () =>
  story(async ({ alert, ann, bot, security, phone, clock, expectVerdict, expectRecord }) => {
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    await bot.asks('ann', /did you do this/i);
    await ann.says('yes, rebooting web-1');
    await bot.asks('ann', /push/i);
    await ann.says('yes');
    await phone.approves('ann');
    await bot.tells('ann', /settled.*good day/s);
    await security.hearsNothing();
    await expectVerdict('sudo', 'confirmed');
    await expectRecord('sudo', { status: 2, comment: 'rebooting web-1', performed: true, authenticated: true });
    await clock.advance('1h');
    await alert('sudo', { for: 'ann' });
    await expectVerdict('sudo', 'muted');
    await bot.tellsNothing('ann');
  }));

test('no: the security team hears of it at once, in her words', () =>
  story(async ({ alert, ann, bot, security, phone, expectVerdict }) => {
    await alert('login', { for: 'ann', url: 'https://splunk.example/1' });
    await bot.asks('ann', /did you do this/i);
    await ann.presses('No');
    await security.hears(/ann.*login.*denied/);
    await expectVerdict('login', 'denied');
    await phone.rang('ann', 0);
  }));

test('silence: after two working hours it goes on, over the night', () =>
  story(
    async ({ alert, bot, security, clock, expectVerdict }) => {
      await alert('login', { for: 'bob' });
      await bot.asks('bob', /did you do this/i);
      await clock.advance('17h59m');
      await security.hearsNothing();
      await expectVerdict('login', 'open');
      await clock.advance('1m');
      await security.hears(/bob.*login.*no-answer/);
      await expectVerdict('login', 'no-answer');
    },
    { start: Date.UTC(2026, 0, 5, 17) },
  ));

test('a push that nobody answers is asked about once more; fraud is fraud', () =>
  story(async ({ alert, ann, bot, security, phone, expectVerdict }) => {
    await alert('sudo', { for: 'ann' });
    await ann.presses('Yes, that was me', 'rebooting');
    await ann.presses('Yes, send the push');
    await phone.ignores('ann');
    await bot.asks('ann', /ran out/);
    await ann.says('yes');
    await phone.reportsFraud('ann');
    await security.hears(/fraud/);
    await phone.rang('ann', 2);
    await expectVerdict('sudo', 'fraud');
    await ann.opensHome(/no open question/);
  }));

test('a restart changes nothing, neither by SIGTERM nor by kill -9', () =>
  story(async ({ alert, ann, bot, phone, clock, security, expectVerdict }) => {
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    await bot.restarts();
    await ann.says('yes, rebooting');
    await bot.asks('ann', /push/);
    bot.diesAt('challenge', 'after');
    await ann.says('yes');
    await bot.starts();
    await clock.advance('1m');
    await bot.asks('ann', /can't tell whether my push has reached you/);
    await phone.rang('ann', 1);
    await ann.says('no');
    await security.hears(/refused-proof/);
    await bot.dies();
    await ann.says('status');
    await bot.starts();
    await bot.tells('ann', /nothing open/);
    await expectVerdict('sudo', 'refused-proof');
  }));

test('a chat that is down: the story goes on when it is mended', () =>
  story(async ({ alert, bot, clock, stage }) => {
    stage.memory.chat.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { on: 'send' });
    await alert('sudo', { for: 'ann' });
    await bot.tellsNothing('ann');
    stage.memory.chat.mend();
    await clock.advance('2m');
    await bot.asks('ann', /did you do this/i);
  }));

test('a store that is down: what was not acknowledged comes again', () =>
  story(async ({ alert, ann, bot, clock, stage, expectVerdict }) => {
    const { chat, tasker } = stage.memory;
    await alert('sudo', { for: 'ann' });
    await bot.asks('ann', /did you do this/i);
    tasker.store.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE');
    await ann.says('yes, rebooting');
    await clock.advance('1m');
    await bot.tellsNothing('ann');
    tasker.store.mend();
    await chat.redeliver();
    await bot.asks('ann', /push/);
    await expectVerdict('sudo', 'open');
  }));

test('somebody unknown is reported; the mass brake is one report', () =>
  story(
    async ({ alert, security, expectVerdict }) => {
      await alert('sudo', { for: 'nobody' });
      await security.hears(/nobody.*unknown-person/);
      await expectVerdict('sudo', 'unknown-person');
      await alert('sudo', { for: 'ann', eventTime: Date.UTC(2020, 0) });
      await security.hears(/flood/);
      await expectVerdict('sudo', 'flood');
    },
    { people: ['ann'] },
  ));

test('a story that fails tells what has happened so far', async () => {
  const failing = story(async ({ alert, ann, bot, security, note }) => {
    await alert('sudo', { for: 'ann', description: 'sudo on web-1' });
    note('ann is having lunch');
    await ann.says('no, never!');
    await security.hears(/denied/);
    await bot.asks('ann', /your shoe size/);
  });
  await expect(failing).rejects.toThrow('a question like /your shoe size/ did not come to ann');
  const message = await failing.catch((error: Error) => error.message);
  const story_ = String(message).split('The story so far:\n')[1]?.split('\n') ?? [];
  expect(story_[0]).toBe('Mon 10:00:00  alert "sudo" for ann: sudo on web-1');
  expect(story_).toContain('Mon 10:00:00  ann is having lunch');
  expect(story_).toContain('Mon 10:00:00  ann types: no, never!');
  expect(String(message)).toMatch(/bot to ann: [\s\S]*\[Yes, that was me\] \[No\] \[Not sure\]/);
  expect(String(message)).toMatch(/bot to #security: [\s\S]*ann: sudo \(denied\)/);
});

test.each<[string, Parameters<typeof story>[0]]>([
  ['a message too many', ({ bot }) => bot.tellsNothing('ann')],
  ['a report too many', ({ security }) => security.hearsNothing()],
  ['another verdict', ({ expectVerdict }) => expectVerdict('sudo', 'muted')],
  ['another record', ({ expectRecord }) => expectRecord('sudo', { status: 2 })],
  ['no push', ({ phone }) => phone.approves('ann')],
  ['a push too few', ({ phone }) => phone.rang('ann', 1)],
  ['no such button', ({ ann }) => ann.presses('Maybe')],
  ['another page', ({ ann }) => ann.opensHome('Everything is open.')],
  ['no such message', async ({ bot }) => void (await bot.shows('ann', 'your shoe size'))],
  ['nobody of that name', async ({ bot }) => void (await bot.tells('zoe', 'hello'))],
  ['no such alert', ({ expectVerdict }) => expectVerdict('login', 'open')],
  ['no such duration', ({ clock }) => clock.advance('soon')],
  ['a death that did not come', ({ bot }) => bot.starts()],
])('a story fails on %s', async (_, tell) => {
  const failing = story(async (cast) => {
    await cast.alert('sudo', { for: 'ann' });
    await cast.alert('sudo', { for: 'eve' });
    await cast.alert('sudo', { for: 'ann' });
    await tell(cast);
  });
  await expect(failing).rejects.toThrow('The story so far:');
});
