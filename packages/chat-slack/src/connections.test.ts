import type { InboundEvent } from '@securitybot/core';
import type { SlackServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk, hurried } from './fixtures/desk.js';

let desk: Desk;

/** Slack delivers again what found no connection; here it waits for less than a minute. */
const SOON = { times: { retryMs: [100, 500, 1000, 3000, 5000] } };

/** A started plugin, and what it receives. */
async function started(options: SlackServerOptions = {}, lengths: Record<number, number> = {}) {
  desk = await createDesk({ ...SOON, ...options });
  const ann = desk.slack.addPerson('ann');
  const events: InboundEvent[] = [];
  const chat = desk.another({ clock: hurried(desk.clock, lengths) });
  await chat.start(async (event) => void events.push(event));
  return { ...desk, ann, chat, events };
}

async function bothOpen(): Promise<void> {
  await desk.slack.until(() => desk.slack.connections.length === 2, 'two connections');
}

afterEach(() => desk.close());

const texts = (events: readonly InboundEvent[]) => events.map((event) => (event.type === 'text' ? event.text : ''));

describe('two connections', () => {
  test('are open, and both deliver', async () => {
    const { slack, ann, events } = await started();
    await bothOpen();
    for (const text of ['one', 'two', 'three', 'four']) await ann.types(text).acknowledged;
    expect(texts(events)).toEqual(['one', 'two', 'three', 'four']);
    expect(slack.connections.map(({ envelopes }) => envelopes)).toEqual([2, 2]);
    expect(slack.violations).toEqual([]);
  });

  test('of which both are to be refreshed are refreshed in turn: one is open at every time, and nothing is lost', async () => {
    const { slack, ann, events, log } = await started();
    await bothOpen();
    const old = slack.connections.map(({ id }) => id);
    const counts: number[] = [];
    const isRefreshed = () => {
      counts.push(slack.connections.length);
      return slack.connections.length === 2 && slack.connections.every(({ id }) => !old.includes(id));
    };
    slack.faults.disconnect('warning');
    const typed = ann.types('in the middle of it');
    await slack.until(isRefreshed, 'two new connections');
    await typed.acknowledged;
    expect(texts(events)).toEqual(['in the middle of it']);
    expect(Math.min(...counts)).toBe(1);
    expect(log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('that Slack closes at once are open again at once, and what came meanwhile comes again', async () => {
    const { slack, ann, events } = await started();
    await bothOpen();
    slack.faults.disconnect('refresh_requested');
    await ann.types('in the middle of it').acknowledged;
    await bothOpen();
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  test('what is being taken over a connection is acknowledged over it before it is given up', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    const gate = Promise.withResolvers<void>();
    const events: InboundEvent[] = [];
    const chat = another({ connections: 1 });
    await chat.start(async (event) => {
      events.push(event);
      await gate.promise;
    });
    await chat.send(
      { user: ann.id },
      { key: 'k', nodes: [{ type: 'text', text: 'Send it?' }], choices: [{ label: 'Yes', value: 'y' }] },
    );
    const press = ann.presses(await ann.awaits('Send it?'), 'Yes');
    await expect.poll(() => events).toHaveLength(1);
    slack.faults.disconnect('warning');
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate); // the warning is there by now
    expect(slack.connections.map(({ id }) => id)).toEqual(['connection-1']);
    gate.resolve();
    await press.acknowledged;
    await slack.until(() => slack.connections.some(({ id }) => id === 'connection-2'), 'the next connection');
    expect(events).toHaveLength(1);
  });

  test('that Slack closes while it waits to be refreshed is opened once', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    const gate = Promise.withResolvers<void>();
    const events: InboundEvent[] = [];
    await another({ connections: 1 }).start(async (event) => {
      events.push(event);
      await gate.promise;
    });
    ann.types('one');
    await expect.poll(() => events).toHaveLength(1);
    slack.faults.disconnect('warning');
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate); // it waits for what is being taken
    slack.faults.dropConnections();
    await slack.until(() => slack.connections.some(({ id }) => id === 'connection-2'), 'the next connection');
    gate.resolve();
    await ann.types('two').acknowledged;
    expect(slack.connections.map(({ id }) => id)).toEqual(['connection-2']);
  });

  test('one more than Slack allows is left alone for a while, the other works, and the log says why', async () => {
    const { slack, ann, events, log } = await started({ maxConnections: 1 });
    await slack.until(() => log.some((line) => line.includes('too many connections')), 'a line in the log');
    await ann.types('yes').acknowledged;
    expect(texts(events)).toEqual(['yes']);
    expect(slack.callsOf('apps.connections.open').length).toBeLessThan(5);
  });

  test('one is enough', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    const chat = another({ connections: 1 });
    const events: InboundEvent[] = [];
    await chat.start(async (event) => void events.push(event));
    expect(slack.connections).toHaveLength(1);
    slack.faults.disconnect('warning');
    await ann.types('yes').acknowledged;
    expect(texts(events)).toEqual(['yes']);
  });
});

describe('a lost network', () => {
  test('is found again, with pauses that grow; the log says so once, and when it is over', async () => {
    const { slack, ann, events, log } = await started({}, { 5000: 1500 });
    await bothOpen();
    await slack.faults.goDown();
    await expect.poll(() => log.filter((line) => line.startsWith('error')), { timeout: 5000 }).toHaveLength(1);
    expect(log.find((line) => line.startsWith('error'))).toMatch(
      /no connection: nobody's answers arrive \(.*ECONNREFUSED/,
    );
    await slack.faults.comeUp();
    await expect
      .poll(() => log.find((line) => line.includes('connected again after')), { timeout: 10_000 })
      .toBeDefined();
    await ann.types('yes').acknowledged;
    expect(texts(events)).toEqual(['yes']);
    expect(log.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  test('that is silent is noticed within seconds, and what Slack sent into it comes again', async () => {
    const { slack, ann, events } = await started();
    await bothOpen();
    slack.faults.freezeConnections();
    const typed = ann.types('yes');
    await slack.until(() => slack.connections.length >= 3, 'a new connection', { timeoutMs: 15_000 });
    slack.faults.mend(); // the old ones learn that they are closed
    await typed.acknowledged;
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  }, 30_000);

  test('connections that end while an event is being taken: it comes again with its id', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    const gate = Promise.withResolvers<void>();
    const ids: string[] = [];
    await another().start(async ({ id }) => {
      ids.push(id);
      if (ids.length === 1) await gate.promise;
    });
    await bothOpen();
    const typed = ann.types('yes');
    await expect.poll(() => ids).toHaveLength(1);
    const [before = ''] = slack.connections.map(({ id }) => id);
    slack.faults.dropConnections();
    await slack.until(() => slack.connections.some(({ id }) => id !== before), 'a new connection');
    gate.resolve();
    await slack.until(() => slack.unacknowledged() === 0, 'the acknowledgement');
    await typed.acknowledged;
    expect(new Set(ids).size).toBe(1);
    expect(slack.violations).toEqual([]);
  });
});

describe('what Slack should not send', () => {
  test('ends nothing: no process, no connection, no delivery', async () => {
    const { slack, ann, events, log } = await started();
    await bothOpen();
    const before = slack.connections.map(({ id }) => id);
    const envelope = (payload: unknown, type = 'events_api') => slack.faults.sendEnvelope(payload, type);
    slack.faults.sendAppRateLimited();
    for (const frame of ['', 'null', '[]', '7', '{', '{}', '{"type":"hello"}', '{"type":"events_api"}'])
      slack.faults.sendFrame(frame);
    for (const payload of [null, [], 7, 'x', {}, { event: null }, { event: [] }, { event: { type: 7 } }]) {
      envelope(payload);
      envelope(payload, 'interactive');
    }
    // Names under which the client tells itself of its own state.
    for (const type of ['close', 'error', 'disconnected', 'connected', 'ws_message', 'slack_event']) {
      envelope({ event: { type } });
      envelope({}, type);
    }
    for (const event of [
      { type: 'message' },
      { type: 'message', channel_type: 'im', user: {} },
      { type: 'user_change' },
    ])
      envelope({ event, event_id: 'Ev1' });
    for (const payload of [
      { type: 'block_actions' },
      { type: 'block_actions', actions: [null], user: 7 },
      { type: 'view_submission', view: [] },
      { type: 'view_closed' },
      { type: 'shortcut' },
    ])
      envelope(payload, 'interactive');
    await ann.types('still there?').acknowledged;
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acknowledged'), 'all to be acknowledged');
    expect(texts(events)).toEqual(['still there?']);
    expect(slack.connections.map(({ id }) => id)).toEqual(before);
    expect(log).toContainEqual(expect.stringContaining('warn slack: Slack drops events'));
  });

  test('a receiver and a log that throw end nothing either', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    const ann = slack.addPerson('ann');
    let count = 0;
    const chat = another({
      log: () => {
        throw new Error('the disk is full');
      },
    });
    await chat.start(() => {
      count += 1;
      if (count === 1) throw new Error('thrown, not rejected');
      return Promise.resolve();
    });
    ann.types('one');
    await expect.poll(() => count).toBe(1);
    await ann.types('two').acknowledged;
    expect(slack.unacknowledged()).toBe(1);
  });

  test('Socket Mode switched off is told as what it is', async () => {
    const { slack, log } = await started();
    await bothOpen();
    slack.faults.disconnect('link_disabled');
    await expect.poll(() => log).toContainEqual(expect.stringContaining('error slack: Socket Mode was switched off'));
  });
});

describe('start', () => {
  test('while Slack is away is no failure: the log says so, and all is well once Slack is back', async () => {
    desk = await createDesk(SOON);
    const { slack, another, log } = desk;
    const ann = slack.addPerson('ann');
    await slack.faults.goDown();
    const events: InboundEvent[] = [];
    await another().start(async (event) => void events.push(event));
    expect(log).toContainEqual(expect.stringMatching(/^warn slack: auth\.test: no answer \(ECONNREFUSED\)/));
    await slack.faults.comeUp();
    await slack.until(() => slack.connections.length === 2, 'two connections', { timeoutMs: 10_000 });
    await ann.types('yes').acknowledged;
    expect(texts(events)).toEqual(['yes']);
  });

  test('with an app-level token that is refused says so, and leaves nothing behind', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    slack.faults.revokeToken('app');
    let asleep = 0;
    const clock = {
      now: desk.clock.now,
      async sleep(ms: number, signal: AbortSignal) {
        asleep += 1;
        await desk.clock.sleep(ms, signal);
        asleep -= 1;
      },
    };
    await expect(another({ clock }).start(async () => {})).rejects.toMatchObject({
      code: 'BAD_CREDENTIALS',
      message: expect.stringMatching(
        /apps\.connections\.open, with the app-level token: token_revoked\. .*Install the app again/,
      ),
    });
    expect(slack.connections).toEqual([]);
    expect(asleep).toBe(0); // nobody waits to try again
  });

  test('twice, or after a stop, is refused', async () => {
    const { chat, another } = await started();
    await expect(chat.start(async () => {})).rejects.toMatchObject({ code: 'REJECTED' });
    const other = another();
    await other.stop();
    await expect(other.start(async () => {})).rejects.toMatchObject({ code: 'REJECTED' });
  });
});

describe('stop', () => {
  test('closes every connection, and soon', async () => {
    const { slack, chat } = await started();
    await bothOpen();
    const began = performance.now();
    await chat.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    await slack.until(() => slack.connections.length === 0, 'no connection');
  });

  test('while the connections are being opened leaves none', async () => {
    desk = await createDesk();
    const { slack, another } = desk;
    slack.faults.delay(Number.POSITIVE_INFINITY, 'apps.connections.open');
    const chat = another();
    const starting = chat.start(async () => {}).catch(() => undefined);
    await slack.until(() => slack.callsOf('apps.connections.open').length > 0, 'a connection');
    const stopping = chat.stop();
    slack.faults.delay(0);
    await stopping;
    await starting;
    await slack.until(() => slack.connections.length === 0, 'no connection');
  });

  test('in the middle of a start leaves no connection', async () => {
    desk = await createDesk(SOON);
    const { slack, another } = desk;
    slack.faults.delay(Number.POSITIVE_INFINITY);
    const chat = another();
    const starting = chat.start(async () => {}).catch(() => undefined);
    await slack.until(() => slack.calls.length > 0, 'the start to be under way');
    const stopping = chat.stop();
    slack.faults.delay(0);
    await stopping;
    await starting;
    await slack.until(() => slack.connections.length === 0, 'no connection');
    expect(slack.callsOf('apps.connections.open')).toEqual([]);
  });

  test('with connections that do not answer takes seconds, not half a minute', async () => {
    const { slack, chat } = await started();
    await bothOpen();
    slack.faults.freezeConnections();
    const began = performance.now();
    await chat.stop();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
