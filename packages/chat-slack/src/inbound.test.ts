import { type InboundEvent, systemClock } from '@securitybot/core';
import { LEAST_SCOPES, type SlackServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';
import { createTake } from './inbound.js';

let desk: Desk;

/** Slack delivers again what found no connection; here it waits for less than a minute. */
const SOON = { times: { retryMs: [100, 200, 400, 800, 1600] } };

/** A started plugin, and what it receives; `receive` says what becomes of it. */
async function started(options: SlackServerOptions = {}, receive: () => Promise<void> = async () => {}) {
  desk = await createDesk(options);
  const ann = desk.slack.addPerson('ann');
  const events: InboundEvent[] = [];
  const chat = desk.another();
  await chat.start(async (event) => {
    events.push(event);
    await receive();
  });
  return { ...desk, ann, chat, events };
}

afterEach(() => desk.close());

const settled = () => desk.slack.until(() => desk.slack.unacknowledged() === 0, 'all to be acknowledged');
const texts = (events: readonly InboundEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : event.type));

describe('what counts as said to the bot', () => {
  test('what is typed to it, also beside its questions in a thread', async () => {
    const { ann, chat, events } = await started();
    await chat.send({ user: ann.id }, { key: 'k', nodes: [{ type: 'text', text: 'Did you do this?' }] });
    await ann.types('yes').acknowledged;
    await ann.replies(await ann.awaits('Did you do this?'), 'yes, in the thread').acknowledged;
    expect(texts(events)).toEqual(['yes', 'yes, in the thread']);
  });

  test('not edits, deletions, other bots, other organisations, nor what the bot itself writes; all are acknowledged', async () => {
    const { slack, ann, chat, events } = await started();
    await chat.send({ user: ann.id }, { key: 'k', nodes: [{ type: 'text', text: 'Did you do this?' }] });
    const typed = ann.types('yes');
    ann.edits(typed, 'no');
    ann.deletes(typed);
    slack.addPerson({ name: 'robot', bot: true }).types('yes');
    slack.addPerson({ name: 'stranger', teamId: 'T0OTHER' }).types('yes');
    slack.faults.sendEnvelope({
      type: 'event_callback',
      event_id: 'Ev1',
      event: { type: 'message', channel_type: 'im', user: ann.id, subtype: 'channel_join', text: 'joined', ts: '1.1' },
    });
    await settled();
    expect(texts(events)).toEqual(['yes']);
    expect(slack.violations).toEqual([]);
  });

  test('not what is said in channels, even if somebody subscribed the app to them', async () => {
    const { slack, ann, events } = await started({
      events: ['message.im', 'message.channels', 'message.groups'],
      scopes: [...LEAST_SCOPES, 'channels:history', 'groups:history'],
    });
    ann.says(slack.addChannel('general').id, 'yes');
    ann.says(slack.addChannel({ name: 'secret', private: true }).id, 'yes');
    await settled();
    expect(events).toEqual([]);
  });

  test('words beside a file, and nothing of another type', async () => {
    const { slack, ann, events } = await started();
    const event = { type: 'message', channel_type: 'im', channel: ann.dm(), user: ann.id, team: slack.team.id };
    const send = (id: string, more: object) =>
      slack.faults.sendEnvelope({
        type: 'event_callback',
        event_id: id,
        team_id: slack.team.id,
        event: { ...event, ...more },
      });
    send('Ev1', { subtype: 'file_share', text: 'yes, see the file', ts: '1700000000.000100', files: [{ id: 'F1' }] });
    send('Ev2', { subtype: 'me_message', text: 'waves', ts: '1700000001.000100' });
    send('Ev3', { text: 'by a bot of theirs', bot_id: 'B1', ts: '1700000002.000100' });
    send('Ev4', { text: 'hidden', hidden: true, ts: '1700000003.000100' });
    send('Ev5', {
      text: 'in a thread of somebody else',
      thread_ts: '1.1',
      parent_user_id: 'U0OTHER',
      ts: '1700000004.000100',
    });
    send('Ev6', { text: 'by the bot itself', user: slack.bot.userId, ts: '1700000004.500100' });
    slack.faults.sendEnvelope({
      type: 'event_callback',
      event_id: 'Ev8',
      is_ext_shared_channel: true,
      event: { ...event, text: 'in a channel shared with others', ts: '1700000006.000100' },
    });
    send('Ev7', { text: 'of another team', team: 'T0OTHER', ts: '1700000005.000100' });
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acknowledged'), 'all acknowledged');
    expect(events).toEqual([
      { type: 'text', id: 'Ev1', user: ann.id, text: 'yes, see the file', sentAt: 1_700_000_000_000 },
    ]);
  });

  test('in an organisation, from any of its workspaces', async () => {
    const { ann, events } = await started({ team: { enterpriseId: 'E0ORG' } });
    await ann.types('yes').acknowledged;
    expect(events).toMatchObject([{ user: ann.id, text: 'yes' }]);
    expect(ann.id).toMatch(/^W/);
  });

  test('opening the Home tab, and not the Messages tab', async () => {
    const { ann, events } = await started();
    await ann.opensMessages().acknowledged;
    const home = ann.opensHome();
    await home.acknowledged;
    expect(events).toEqual([{ type: 'opened', id: home.eventId, user: ann.id }]);
  });

  test('links, addresses and mentions as text', async () => {
    const { ann, events } = await started();
    await ann.types('see https://siem.example/1?a=1&b=2, siem.example and ask bob@example.com & @here <now>')
      .acknowledged;
    expect(texts(events)).toEqual([
      'see https://siem.example/1?a=1&b=2, siem.example and ask bob@example.com & @here <now>',
    ]);
  });
});

describe('an event that comes more than once', () => {
  test('while it is being taken is taken once, for all who wait', async () => {
    const gate = Promise.withResolvers<void>();
    const taken: InboundEvent[] = [];
    const take = createTake(
      systemClock,
      async (event) => {
        taken.push(event);
        await gate.promise;
      },
      new AbortController().signal,
    );
    const event: InboundEvent = { type: 'text', id: 'Ev1', user: 'UANN', text: 'yes', sentAt: 1 };
    const all = Promise.all([take(event), take({ ...event }), take({ ...event, id: 'Ev2' })]);
    gate.resolve();
    await all;
    expect(taken.map(({ id }) => id)).toEqual(['Ev1', 'Ev2']);
  });

  test('after a failure is taken anew', async () => {
    let count = 0;
    const take = createTake(
      systemClock,
      async () => {
        count += 1;
        if (count === 1) throw new Error('the store is down');
      },
      new AbortController().signal,
    );
    const event: InboundEvent = { type: 'opened', id: 'Ev1', user: 'UANN' };
    await expect(take(event)).rejects.toThrow('the store is down');
    await take(event);
    expect(count).toBe(2);
  });

  test('after it was taken comes again with the same id, for the engine to know it by', async () => {
    const { slack, ann, events } = await started();
    const { eventId, acknowledged } = ann.types('yes');
    await acknowledged;
    slack.faults.redeliver({ eventId });
    await expect.poll(() => events).toHaveLength(2);
    expect(events[1]).toEqual(events[0]);
  });
});

describe('the order of one person', () => {
  test('is that in which they typed, though two connections deliver the wrong way round', async () => {
    const { slack, ann, events } = await started();
    const event = { type: 'message', channel_type: 'im', channel: ann.dm(), user: ann.id, team: slack.team.id };
    for (const [id, ts] of [
      ['Ev2', '1700000002.000100'],
      ['Ev1', '1700000001.000100'],
    ])
      slack.faults.sendEnvelope({ type: 'event_callback', event_id: id, event: { ...event, text: id, ts } });
    await expect.poll(() => texts(events)).toEqual(['Ev1', 'Ev2']);
  });
});

describe('while Slack does not say who the bot is', () => {
  test('nothing is taken nor acknowledged; it comes again', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    slack.faults.answer(503, { method: 'auth.test', times: 2 });
    const events: InboundEvent[] = [];
    await another().start(async (event) => void events.push(event));
    const { acknowledged } = ann.types('yes');
    await expect.poll(() => slack.callsOf('auth.test').length).toBeGreaterThan(1);
    slack.faults.redeliver();
    await acknowledged;
    expect(texts(events)).toEqual(['yes']);
  });
});

describe('stop', () => {
  test('waits for what is being taken, acknowledges it, and leaves the rest to others', async () => {
    const gate = Promise.withResolvers<void>();
    const { slack, ann, chat, events, another } = await started(SOON, () => gate.promise);
    const first = ann.types('first');
    await expect.poll(() => events).toHaveLength(1);
    const stopping = chat.stop();
    const second = ann.types('second');
    await slack.until(() => slack.deliveries.length === 2, 'the second to be delivered');
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate); // it is there by now, and left alone
    gate.resolve();
    await first.acknowledged;
    await stopping;
    const next: InboundEvent[] = [];
    await another().start(async (event) => void next.push(event));
    await second.acknowledged;
    expect([texts(events), texts(next)]).toEqual([['first'], ['second']]);
  });
});
