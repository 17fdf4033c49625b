import { createHash } from 'node:crypto';
import { createSecuritybot, type Securitybot } from '@securitybot/core';
import { createMemoryAuth, createMemoryBlacklist, createMemoryTasker } from '@securitybot/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;
let bot: Securitybot | undefined;

afterEach(async () => {
  await bot?.stop();
  await desk.close();
});

/** A whole bot on Slack, in memory but for that. */
async function started() {
  desk = await createDesk();
  const { slack, clock, another } = desk;
  const ann = slack.addPerson({ name: 'ann', firstName: 'Ann' });
  const security = slack.addChannel('security');
  const tasker = createMemoryTasker({ clock });
  const auth = createMemoryAuth({ clock, enrolled: ['ann'] });
  bot = createSecuritybot(
    { chat: another({ reportingChannel: '#security' }), auth, tasker, blacklist: createMemoryBlacklist({ clock }) },
    {
      reportingChannel: '#security',
      pollMs: 50,
      people: { find: (login) => ({ email: `${login}@example.com` }) },
    },
  );
  await bot.start();
  const alert = (title: string) =>
    tasker.add({
      id: createHash('sha256').update(title).digest('hex'),
      username: 'ann',
      title,
      description: 'sudo on <!channel> web-1',
      reason: '*sudo* su',
      url: 'https://siem.example/1',
      eventTime: clock.now(),
    });
  return { slack, ann, security, auth, alert };
}

/** How often each method was called. */
const counted = () => {
  const counts: Record<string, number> = {};
  for (const { method } of desk.slack.calls) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
};

describe('a bot on Slack', () => {
  test('asks, is answered by button and dialog, has it proven; each message is one call, and so is each edit', async () => {
    const { slack, ann, security, auth, alert } = await started();
    await alert('sudo');
    const question = await ann.awaits('Did you do this?');
    expect(question).toMatchObject({
      buttons: ['Yes, that was me', 'No', 'Not sure'],
      links: ['https://siem.example/1'],
      mentions: [],
    });
    const dialog = await ann.presses(question, 'Yes, that was me').dialog;
    await dialog.submits('rebooting web-1');

    const permission = await ann.awaits('May I do that now?');
    await slack.until(() => ann.reads()[0]?.buttons.length === 0, 'the buttons of the question to go');
    expect(ann.reads()[0]?.text).toContain('You answered yes.');
    await ann.presses(permission, 'Yes, send the push').acknowledged;
    await expect.poll(() => auth.prompts('ann')).toHaveLength(1);
    await auth.approve('ann');
    await ann.awaits('is settled');
    await slack.until(() => ann.reads().every(({ buttons }) => buttons.length === 0), 'no buttons');

    expect(security.reads()).toEqual([]);
    const sent = ann.reads().length;
    const edited = ann.reads().filter((message) => message.edited).length;
    const counts = counted();
    expect(counts).toMatchObject({ 'chat.postMessage': sent, 'chat.update': edited });
    expect([sent, edited]).toEqual([4, 2]);
    // Who somebody is, is looked up once; the set-up was looked at once.
    expect(counts).toMatchObject({ 'users.lookupByEmail': 1, 'users.info': 1, 'auth.test': 1, 'views.open': 1 });
    expect(Object.keys(counts).sort()).toEqual([
      'apps.connections.open',
      'auth.test',
      'chat.postMessage',
      'chat.update',
      'conversations.info',
      'users.conversations',
      'users.info',
      'users.lookupByEmail',
      'views.open',
      ...(counts['views.publish'] ? ['views.publish'] : []),
    ]);
    expect(slack.violations).toEqual([]);
  });

  test('a press on a button of an old question changes nothing, and says so', async () => {
    const { slack, ann, security, alert } = await started();
    await alert('sudo');
    const question = await ann.awaits('Did you do this?');
    await ann.types('no, not me').acknowledged;
    await security.awaits('ann: sudo (denied)');
    await ann.presses(question, 'No').acknowledged;
    await ann.awaits(/no longer open|answered that already/);
    const value = `${slack.addPerson('bob').id}/answer%3A1`;
    await ann.sendsPress({ actionId: 'securitybot:answer:0', value }).acknowledged;
    await ann.awaits('no longer open');
    expect(security.reads()).toHaveLength(1);
  });

  test('the Home tab lists what is open', async () => {
    const { ann, alert } = await started();
    await ann.opensHome().acknowledged;
    await ann.awaitsHome('There is no open question for you.');
    await alert('sudo');
    await ann.awaits('Did you do this?');
    await ann.opensHome().acknowledged;
    const home = await ann.awaitsHome('sudo on <!channel> web-1');
    expect(home.mentions).toEqual([]);
  });
});
