import { type Clock, PluginError } from '@securitybot/core';
import { createClock } from '@securitybot/testing';
import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, Api, CallOptions } from './api.js';
import { createDesk, type Desk } from './fixtures/desk.js';
import type { Json } from './json.js';
import { listen } from './listening.js';

let desk: Desk | undefined;

afterEach(() => desk?.close());

const REGISTERED = { queue_id: 'q', last_event_id: -1, event_queue_longpoll_timeout_seconds: 70 };
const beat = (id: number) => ({ events: [{ id, type: 'heartbeat' }] });

/** A listener on a simulated clock; each call gets the next answer, and the last one never comes. */
function setUp(answers: readonly (Json | Error)[]) {
  const clock = createClock();
  const stop = new AbortController();
  const calls: {
    readonly at: number;
    readonly what: string;
    readonly parameters: Json;
    readonly options: CallOptions;
  }[] = [];
  const heard: unknown[] = [];
  const log: string[] = [];
  const began = clock.now();
  let next = 0;
  const api: Api = {
    async call(method, path, parameters, options = {}): Promise<Answer> {
      const { last_event_id: last } = parameters;
      calls.push({
        parameters,
        at: clock.now() - began,
        what: `${method} ${path}${last === undefined ? '' : ` ${last}`}`,
        options,
      });
      if (method === 'DELETE') return { body: {}, at: undefined };
      const answer = answers[next];
      next += 1;
      if (answer === undefined)
        return new Promise((_, reject) => stop.signal.addEventListener('abort', () => reject(new Error('aborted'))));
      if (answer instanceof Error) throw answer;
      return { body: answer, at: undefined };
    },
  };
  const done = listen({
    api,
    clock: clock as Clock,
    onRegistered: async () => {},
    onMessage: (raw) => void heard.push(raw),
    log: (level, message) => void log.push(`${level} ${message}`),
    stopping: stop.signal,
  });
  const what = () => calls.map((call) => call.what);
  return { clock, calls, what, heard, log, done, stop: () => stop.abort() };
}

const down = () => new PluginError('UNAVAILABLE', 'zulip: away');
const expired = () =>
  new PluginError('REJECTED', 'zulip: no queue', { cause: { code: 'BAD_EVENT_QUEUE_ID', status: 400 } });

describe('polling', () => {
  test('acknowledges what came, heartbeats too, and waits as long as the server says', async () => {
    const message = { id: 4, type: 'message', message: { id: 9 } };
    const { clock, what, calls, heard, done, stop } = setUp([
      REGISTERED,
      { events: [{ id: 2, type: 'realm' }, message] },
      beat(7),
    ]);
    await clock.advance(0);
    expect(what()).toEqual(['POST /register', 'GET /events -1', 'GET /events 4', 'GET /events 7']);
    expect(heard).toEqual([{ id: 9 }]);
    expect(calls[0]?.parameters).toMatchObject({ event_types: ['message'], narrow: [['is', 'dm']] });
    expect(calls[1]?.options.timeoutMs).toBe(70_000);
    stop();
    await done;
    expect(what().at(-1)).toBe('DELETE /events');
  });

  test('goes on with the same queue after a failure, with pauses that grow to half a minute', async () => {
    const { clock, what, calls, log } = setUp([REGISTERED, ...Array.from({ length: 12 }, down), beat(0), down()]);
    await clock.advance(600_000);
    expect(what().slice(1)).toEqual([...Array(13).fill('GET /events -1'), ...Array(2).fill('GET /events 0')]);
    const pauses = calls.slice(2, 14).map(({ at }, index) => at - (calls[index + 1]?.at ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(500);
    for (const pause of pauses.slice(-3)) {
      expect(pause).toBeGreaterThanOrEqual(15_000);
      expect(pause).toBeLessThanOrEqual(30_000);
    }
    expect(log).toEqual([
      expect.stringMatching(/^warn .*nothing that people type arrives.*away/),
      'info zulip: connected again',
    ]);
  });

  test('a short failure is no news', async () => {
    const { clock, log } = setUp([REGISTERED, down(), down(), beat(0)]);
    await clock.advance(10_000);
    expect(log).toEqual([]);
  });

  test('waits as long as Zulip’s limit wants', async () => {
    const limited = new PluginError('RATE_LIMITED', 'zulip: too many', { retryAfterMs: 42_000 });
    const { clock, calls } = setUp([REGISTERED, limited]);
    await clock.advance(60_000);
    expect(calls.map(({ at }) => at)).toEqual([0, 0, 42_000]);
  });

  test('registers another queue at once where the last one is gone, and after a pause where it is refused', async () => {
    const refused = new PluginError('REJECTED', 'zulip: Event 7 was not in this queue', {
      cause: { code: 'BAD_REQUEST', status: 400 },
    });
    const { clock, what, calls } = setUp([REGISTERED, expired(), REGISTERED, refused, REGISTERED]);
    await clock.advance(1000);
    expect(what()).toEqual(Array(3).fill(['POST /register', 'GET /events -1']).flat());
    expect(calls[2]?.at).toBe(0);
    expect(calls[4]?.at).toBeGreaterThan(200);
  });

  test('of what Zulip never sends ends nothing', async () => {
    const strange = [{}, { events: {} }, { events: [null, 'x', { id: -1, type: 'message', message: null }] }];
    const { clock, what } = setUp([{}, { queue_id: 7 }, REGISTERED, ...strange, beat(3)]);
    await clock.advance(60_000);
    expect(what().filter((call) => call === 'POST /register')).toHaveLength(3);
    expect(what().at(-1)).toBe('GET /events 3');
  });
});

describe('on a real line', () => {
  test('events whose answer was lost come again, and are taken once', async () => {
    desk = await createDesk();
    const { zulip, another } = desk;
    const texts: string[] = [];
    await another().start(async (event) => void texts.push(event.type === 'text' ? event.text : ''));
    await zulip.until(() => zulip.polls() === 1, 'a poll');
    zulip.faults.answer('reset', { endpoint: 'GET /events', done: true });
    zulip.faults.dropPolls();
    const ann = zulip.addPerson('ann');
    ann.types('yes');
    await zulip.until(() => zulip.unread() === 0, 'it to be read');
    expect(texts).toEqual(['yes']);
    expect(zulip.violations).toEqual([]);
  });

  test('an outage that begins before the start, and a key that is refused in the middle', async () => {
    desk = await createDesk();
    const { zulip, another, log } = desk;
    const ann = zulip.addPerson('ann');
    const texts: string[] = [];
    await zulip.faults.goDown();
    await another({ reportingChannel: 'security' }).start(
      async (event) => void texts.push(event.type === 'text' ? event.text : ''),
    );
    expect(log).toEqual([expect.stringMatching(/^warn zulip: GET \/server_settings: no answer \(ECONNREFUSED\)/)]);
    ann.types('one');
    await zulip.faults.comeUp();
    await zulip.until(() => texts.length === 1, 'the first');
    zulip.faults.revoke();
    zulip.faults.dropPolls();
    ann.types('two');
    await zulip.until(() => zulip.calls.some(({ code }) => code === 'INVALID_API_KEY'), 'a refusal');
    zulip.faults.restore();
    await zulip.until(() => texts.length === 2, 'the second');
  });
});
