import { describe, expect, test } from 'vitest';
import { world } from './fixtures.js';

const HOUR = 3_600_000;

describe('from the alert to the verdict', () => {
  test('yes, permission, approval: confirmed and muted, nothing reported', async () => {
    const { bot: create, raise, chat, auth, blacklist, clock, texts, reports, verdicts } = world();
    const bot = create();
    await bot.start();
    await raise();
    await bot.idle();
    expect(texts('ann')).toHaveLength(1);
    expect(texts('ann')[0]).toContain('sudo on web-1');
    await chat.say('ann', 'yes, rebooting');
    await bot.idle();
    expect(texts('ann').at(-1)).toContain('send a push');
    await chat.say('ann', 'Yes!');
    await bot.idle();
    expect(auth.prompts('ann')).toHaveLength(1);
    expect(auth.prompts('ann')[0]?.reason).toBe('sudo: sudo on web-1');
    auth.approve('ann');
    await bot.idle();
    expect(texts('ann').at(-1)).toContain("I won't ask about it again for 21 hours");
    expect(verdicts()).toMatchObject([{ kind: 'confirmed', proof: 'challenge' }]);
    expect(reports()).toEqual([]);
    expect(await blacklist.find({ username: 'ann', title: 'sudo', now: new Date(clock.now()) })).toMatchObject({
      until: clock.now() + 21 * HOUR,
    });
    await raise();
    await clock.advance(1000);
    await bot.idle();
    expect(verdicts().at(-1)).toMatchObject({ kind: 'muted' });
    await bot.stop();
  });

  test('by buttons; the messages then say what was answered', async () => {
    const { bot: create, raise, chat, auth, verdicts } = world();
    const bot = create();
    await bot.start();
    await raise();
    await bot.idle();
    const asked = chat.inbox('ann')[0];
    expect(asked?.choices).toEqual(['Yes, that was me', 'No', 'Not sure']);
    await chat.press('ann', asked?.id ?? '', 'Yes, that was me', 'my deploy');
    await bot.idle();
    await chat.press('ann', chat.inbox('ann').at(-1)?.id ?? '', 'Yes, send the push');
    await bot.idle();
    auth.deny('ann');
    await bot.idle();
    expect(chat.inbox('ann')[0]?.text).toContain('You answered yes. my deploy');
    expect(chat.inbox('ann')[0]?.choices).toEqual([]);
    expect(verdicts()).toMatchObject([{ cause: 'push-denied' }]);
    await bot.stop();
  });

  test('no: the report has the login, the title, the cause, the words and the url', async () => {
    const { bot: create, raise, chat, reports } = world();
    const bot = create();
    await bot.start();
    await raise();
    await bot.idle();
    await chat.say('ann', 'no  it was   not me');
    await bot.idle();
    expect(reports()[0]?.split('\n')[0]).toBe('ann: sudo (denied)');
    expect(reports()[0]).toContain('it was   not me');
    expect(reports()[0]).toContain('https://siem.example/1');
    await bot.stop();
  });

  test('a bundle is reported as one, its alerts listed', async () => {
    const { bot: create, raise, chat, reports } = world();
    const bot = create();
    for (let i = 0; i < 12; i += 1) await raise();
    await bot.start();
    await bot.idle();
    await chat.say('ann', 'no');
    await bot.idle();
    expect(reports().map((text) => text.split('\n')[0])).toEqual([
      'ann: sudo (flood), 2 alerts',
      'ann: sudo (denied), 10 alerts',
    ]);
    await bot.stop();
  });

  test('silence is reported when the answer time is over, without anybody doing anything', async () => {
    const { bot: create, raise, clock, reports, texts } = world();
    const bot = create();
    await bot.start();
    await raise();
    await clock.advance(2 * HOUR + 5000);
    expect(reports()[0]).toContain('no-answer');
    expect(texts('ann').at(-1)).toContain("haven't had an answer");
    await bot.stop();
  });

  test('a push nobody answers settles by itself, without a save for each look at it', async () => {
    const { bot: create, raise, chat, clock, texts, tasker, auth } = world();
    const bot = create();
    await bot.start();
    await raise();
    await bot.idle();
    await chat.say('ann', 'yes');
    await bot.idle();
    await chat.say('ann', 'yes');
    await bot.idle();
    const user = (await chat.findUser({ username: 'ann' })) as { user: { id: string } };
    const before = (await tasker.load(user.user.id)).conversation.version;
    await clock.advance(50_000);
    expect((await tasker.load(user.user.id)).conversation.version - before).toBeLessThan(8);
    await clock.advance(15_000);
    expect(texts('ann').at(-1)).toContain('another one');
    expect(auth.prompts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('an unknown, an ambiguous and a deactivated person are reported, not asked', async () => {
    const { bot: create, raise, chat, reports } = world();
    chat.add({ id: 'U8', username: 'twin', name: 'Twin' });
    chat.add({ id: 'U9', username: 'twin', name: 'Twin' });
    chat.deactivate('bob');
    const bot = create();
    await raise({ username: 'nobody' });
    await raise({ username: 'twin' });
    await raise({ username: 'bob' });
    await bot.start();
    await bot.idle();
    expect(
      reports()
        .map((text) => text.split('\n')[0])
        .toSorted(),
    ).toEqual(['bob: sudo (unknown-person)', 'nobody: sudo (unknown-person)', 'twin: sudo (ambiguous-person)']);
    await bot.stop();
  });

  test('stop: alerts then go to the security team at once; start takes it back; both are reported', async () => {
    const { bot: create, raise, chat, reports, texts } = world();
    const bot = create();
    await bot.start();
    await chat.say('ann', 'stop');
    await bot.idle();
    await raise();
    await bot.idle();
    await chat.say('ann', 'stop');
    await bot.idle();
    await chat.say('ann', 'start');
    await bot.idle();
    await raise({ title: 'login' });
    await bot.idle();
    expect(reports().map((text) => text.split('\n')[0])).toEqual([
      'ann has opted out: from now on, alerts about this login come here at once. (Typed by Ann.)',
      'ann: sudo (opted-out)',
      'ann has opted back in and will be asked again. (Typed by Ann.)',
    ]);
    expect(texts('ann').at(-1)).toContain('login');
    await bot.stop();
  });

  test('a mute covers what was first seen after it began, and nothing more severe', async () => {
    const { bot: create, raise, blacklist, clock, tasker, verdicts, texts } = world();
    const bot = create();
    await raise();
    await tasker.unassigned(10); // seen before the mute began
    await blacklist.put({
      username: 'ann',
      title: 'sudo',
      reason: 'r',
      since: clock.now(),
      until: clock.now() + HOUR,
      maxSeverity: 'medium',
    });
    await clock.advance(10);
    await raise({ severity: 'high' });
    await raise({ severity: 'low' });
    await bot.start();
    await bot.idle();
    expect(verdicts()).toMatchObject([{ kind: 'muted' }]);
    expect(texts('ann')).toHaveLength(1);
    await bot.stop();
  });
});
