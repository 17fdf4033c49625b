import { type OutgoingMessage, PluginError } from '@securitybot/core';
import { createClock } from '@securitybot/testing';
import { describe, expect, test } from 'vitest';
import { createDelays } from './delays.js';
import { createQueue, type Place } from './queue.js';

const ANN: Place = { id: 'UANN', isRoom: false };
const BOB: Place = { id: 'UBOB', isRoom: false };
const ROOM: Place = { id: 'C0SECURITY', isRoom: true };

const note = (key: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key,
  nodes: [{ type: 'text', text: key }],
  ...more,
});
const keys = (count: number, name = 'm') => Array.from({ length: count }, (_, index) => `${name}${index}`);

/** A queue on a simulated clock, and what it delivers; `next` decides what becomes of the next calls. */
function setUp() {
  const clock = createClock();
  const stop = new AbortController();
  const log: string[] = [];
  const calls: { at: number; to: string; keys: string }[] = [];
  /** Whether the channel was busy, at each call. */
  const attempts: boolean[] = [];
  const next: (() => void)[] = [];
  let stoppedUntil = 0;
  let tookMs = 0;
  const began = clock.now();
  const send = createQueue({
    clock,
    delays: createDelays(
      ['message', 'messages'],
      clock,
      (level, message) => log.push(`${level} ${message}`),
      stop.signal,
    ),
    stoppedMs: () => Math.max(0, stoppedUntil - clock.now()),
    async deliver({ id }, messages, isBusy) {
      attempts.push(isBusy);
      next.shift()?.();
      calls.push({ at: clock.now() - began, to: id, keys: messages.map(({ key }) => key).join(' ') });
      if (tookMs > 0) await clock.sleep(tookMs, new AbortController().signal);
      return { id: `ref ${calls.length}` };
    },
    stopping: stop.signal,
  });
  const limit = (retryAfterMs: number) => {
    throw new PluginError('RATE_LIMITED', 'too many', { retryAfterMs });
  };
  return {
    clock,
    log,
    calls,
    attempts,
    next,
    send,
    stop: () => stop.abort(),
    /** How long each call takes from now on. */
    takes(ms: number) {
      tookMs = ms;
    },
    limit,
    stopMethod(ms: number) {
      stoppedUntil = clock.now() + ms;
    },
    sent: () => calls.map((call) => call.keys),
  };
}

describe('the pace of a channel', () => {
  test('some at once, then one a second, in their order; another channel does not wait for it', async () => {
    const { clock, calls, send } = setUp();
    const all = Promise.all([...keys(6).map((key) => send(ANN, note(key))), send(BOB, note('b'))]);
    await clock.advance(10_000);
    await all;
    const toAnn = calls.filter(({ to }) => to === 'UANN');
    expect(toAnn.map((call) => call.keys)).toEqual(keys(6));
    expect(toAnn.slice(0, 3).map(({ at }) => at)).toEqual([0, 0, 0]);
    for (const [index, { at }] of toAnn.slice(3).entries()) {
      expect(at - (toAnn[index + 2]?.at ?? 0)).toBeGreaterThanOrEqual(1000);
      expect(at - (toAnn[index + 2]?.at ?? 0)).toBeLessThan(1200);
    }
    expect(calls.find(({ to }) => to === 'UBOB')?.at).toBe(0);
  });

  test('is counted from when Slack has had a message, however long the call took', async () => {
    const { clock, calls, send, takes } = setUp();
    takes(400);
    const all = Promise.all(keys(5).map((key) => send(ANN, note(key))));
    await clock.advance(10_000);
    await all;
    expect(calls.map(({ at }) => at)).toEqual([0, 400, 800, 2250, 3700]);
  });

  test('what is urgent overtakes what waits', async () => {
    const { clock, sent, send } = setUp();
    for (const key of keys(6)) void send(ANN, note(key));
    await clock.advance(0);
    void send(ANN, note('urgent', { urgent: true }));
    await clock.advance(10_000);
    expect(sent()).toEqual(['m0', 'm1', 'm2', 'urgent', 'm3', 'm4', 'm5']);
  });
});

describe('a room', () => {
  test('ten that wait are ten messages; many more become one, urgent ones first, and all their senders get its ref', async () => {
    const { clock, sent, send } = setUp();
    await Promise.all([...keys(3, 'before').map((key) => send(ROOM, note(key))), clock.advance(0)]);
    const refs = Promise.all([
      ...keys(20).map((key) => send(ROOM, note(key))),
      send(ROOM, note('urgent', { urgent: true })),
    ]);
    await clock.advance(2000);
    expect(sent()).toEqual([...keys(3, 'before'), `urgent ${keys(20).join(' ')}`]);
    expect(new Set((await refs).map(({ id }) => id))).toEqual(new Set(['ref 4']));

    void Promise.all(keys(10, 'x').map((key) => send(ROOM, note(key))));
    await clock.advance(20_000);
    expect(sent().slice(4)).toEqual(keys(10, 'x'));
  });

  test('300 reports at once are out within half a minute', async () => {
    const { clock, sent, send } = setUp();
    const refs = Promise.all(keys(300).map((key) => send(ROOM, note(key))));
    await clock.advance(30_000);
    await refs;
    expect(sent().join(' ').split(' ').sort()).toEqual(keys(300).sort());
    expect(sent().length).toBeLessThan(30);
  });

  test('what is for one person is never made into one', async () => {
    const { clock, sent, send } = setUp();
    for (const key of keys(15)) void send(ANN, note(key));
    await clock.advance(30_000);
    expect(sent()).toEqual(keys(15));
  });
});

describe('a limit of Slack', () => {
  test('of a method that rests holds up every channel until it is over, and nothing is dropped', async () => {
    const { clock, calls, attempts, next, send, limit, stopMethod } = setUp();
    next.push(() => {
      stopMethod(5000);
      limit(5000);
    });
    const both = Promise.all([send(ANN, note('a')), send(BOB, note('b', { urgent: true }))]);
    await clock.advance(20_000);
    await both;
    expect(calls.find(({ to }) => to === 'UANN')?.at).toBeGreaterThanOrEqual(5000);
    expect(attempts[0]).toBe(false);
  });

  test('of a busy channel may be its own: others go on', async () => {
    const { clock, calls, attempts, next, send, limit } = setUp();
    next.push(
      () => {},
      () => {},
      () => limit(7000),
    );
    const all = Promise.all(keys(3).map((key) => send(ANN, note(key))));
    await clock.advance(0);
    expect(attempts).toEqual([false, false, true]);
    await send(BOB, note('b'));
    expect(calls.at(-1)).toMatchObject({ to: 'UBOB', at: 0 });
    await clock.advance(20_000);
    await all;
    expect(calls.at(-1)).toMatchObject({ to: 'UANN', keys: 'm2' });
    expect(calls.at(-1)?.at).toBeGreaterThanOrEqual(7000);
  });

  test('that is longer than a minute is told the sender at once, with the time to wait', async () => {
    const { send, stopMethod } = setUp();
    stopMethod(90_000);
    await expect(send(ANN, note('a'))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 90_000,
      notSent: true,
    });
  });

  test('what has waited for a minute is told its sender; tried again, it goes out, and the log says how long it took', async () => {
    const { clock, log, sent, next, send, limit } = setUp();
    next.push(...keys(7).map(() => () => limit(10_000)));
    const first = send(ANN, note('a'));
    const told = expect(first).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await clock.advance(70_000);
    await told;
    expect(log).toEqual([]);
    const second = send(ANN, note('a'));
    await clock.advance(20_000);
    await second;
    expect(sent()).toEqual(['a']);
    expect(log).toEqual([
      expect.stringMatching(/^warn slack: 1 message has waited for more than a minute .* the longest \d+ s$/),
    ]);
  });

  test('hundreds of late messages are one line in the log', async () => {
    const { clock, log, send, stopMethod } = setUp();
    for (let round = 0; round < 3; round += 1) {
      stopMethod(61_000);
      const all = Promise.allSettled(
        keys(300).map((key) => send({ id: `U${key.toUpperCase()}`, isRoom: false }, note(key))),
      );
      await clock.advance(61_000);
      await all;
    }
    await clock.advance(10_000);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('300 messages have waited');
  });
});

describe('failures', () => {
  test('are told the sender of that message alone, and are no delay', async () => {
    const { clock, sent, next, send, log } = setUp();
    next.push(() => {
      throw new PluginError('REJECTED', 'no such channel');
    });
    const first = expect(send(ANN, note('a'))).rejects.toMatchObject({ code: 'REJECTED' });
    const second = send(ANN, note('b'));
    await clock.advance(3000);
    await first;
    await second;
    expect(sent()).toEqual(['b']);
    expect(log).toEqual([]);
  });
});

describe('at a stop', () => {
  test('what waits is told at once that it was not sent; what need not wait still goes out', async () => {
    const { clock, sent, send, stop } = setUp();
    const all = Promise.allSettled(keys(5).map((key) => send(ANN, note(key))));
    await clock.advance(0);
    stop();
    await clock.advance(1);
    const outcomes = await all;
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { code: 'RATE_LIMITED', notSent: true } });
    await send(BOB, note('b'));
    expect(sent().at(-1)).toBe('b');
  });
});
