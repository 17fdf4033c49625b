import { expect, test } from 'vitest';
import { startServer } from './fixtures/app.js';
import { createClock } from './fixtures/clock.js';
import { type Line, openLine } from './fixtures/line.js';
import type { SlackServer } from './types.js';

const rules = (server: SlackServer) => server.violations.map(({ rule }) => rule);

/** Two connections: the one that the last envelope went to, and the other. */
async function twoLines(server: SlackServer): Promise<() => readonly [Line, Line]> {
  const [first, second] = [await openLine(server), await openLine(server)];
  return () => (server.deliveries.at(-1)?.connection === 'connection-1' ? [first, second] : [second, first]);
}

test('each event goes to one connection, in turn', async () => {
  const server = await startServer();
  const ann = server.addPerson('ann');
  const [first, second] = [await openLine(server), await openLine(server)];
  const sent = [ann.types('one'), ann.types('two'), ann.types('three'), ann.types('four')];
  for (const line of [first, second]) for (const frame of [await line.next(), await line.next()]) line.ack(frame);
  await Promise.all(sent.map(({ acknowledged }) => acknowledged));
  expect([first.frames.length, second.frames.length]).toEqual([2, 2]);
  const texts = [...first.frames, ...second.frames].map(({ payload }) => payload?.event?.text);
  expect(texts.sort()).toEqual(['four', 'one', 'three', 'two']);
  expect(server.unacknowledged()).toBe(0);
  expect(server.violations).toEqual([]);
});

test('an event that is not acknowledged in time comes again, with its number and reason, until it is', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  const { eventId, acknowledged } = server.addPerson('ann').types('yes');
  const frames = [await line.next()];
  // By default after 3 s, then 3 s and a minute later.
  for (const ms of [3000, 63_000]) {
    clock.advance(ms - 1);
    expect(server.deliveries).toHaveLength(frames.length);
    clock.advance(1);
    frames.push(await line.next());
  }
  expect(frames.map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
  ]);
  expect(new Set(frames.map(({ payload }) => payload?.event_id))).toEqual(new Set([eventId]));
  expect(new Set(frames.map(({ envelope_id }) => envelope_id)).size).toBe(3);
  expect(server.unacknowledged()).toBe(1);
  line.ack(frames[2] ?? expect.fail());
  await acknowledged;
  expect(server.unacknowledged()).toBe(0);
  expect(server.deliveries.map(({ state }) => state)).toEqual(['unanswered', 'unanswered', 'acknowledged']);
});

test('an event that is never acknowledged is given up, and that is a violation', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  const { acknowledged } = server.addPerson('ann').types('yes');
  clock.advance(3 * 3000 + 60_000 + 300_000 + 2999);
  expect(rules(server)).toEqual([]);
  clock.advance(1);
  await expect(acknowledged).rejects.toThrow('4 deliveries (timeout)');
  await server.until(() => line.frames.length === 4, 'four frames');
  expect(rules(server)).toEqual(['lost-event']);
  expect(server.unacknowledged()).toBe(0);
});

test('an acknowledgement that comes too late does not count: the event comes again', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  const { acknowledged } = server.addPerson('ann').types('yes');
  const first = await line.next();
  clock.advance(3000);
  const second = await line.next();
  line.ack(first);
  await server.until(() => server.violations.length > 0, 'a violation');
  expect(rules(server)).toEqual(['late-acknowledgement']);
  expect(server.deliveries[0]?.state).toBe('late');
  line.ack(second);
  await acknowledged;
});

test('an event without any open connection is retried when one is open', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const { acknowledged } = server.addPerson('ann').types('is anybody there?');
  clock.advance(1000);
  const line = await openLine(server);
  clock.advance(59_000);
  const frame = await line.next();
  expect(frame).toMatchObject({ retry_attempt: 2, retry_reason: 'connection_failed' });
  line.ack(frame);
  await acknowledged;
});

test('an event on its way when a connection ends comes again to another one', async () => {
  const server = await startServer({ times: { retryMs: [0] } });
  const lines = await twoLines(server);
  const { acknowledged } = server.addPerson('ann').types('yes');
  const [got, other] = lines();
  await got.next();
  got.socket.terminate();
  const frame = await other.next();
  expect(frame.retry_attempt).toBe(1);
  other.ack(frame);
  await acknowledged;
});

test('a press is never delivered again: the person sees an error, and that is a violation', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  const ann = server.addPerson('ann');
  const press = ann.sendsPress({ value: 'v' });
  await line.next();
  clock.advance(3000);
  await expect(press.acknowledged).rejects.toThrow('We had some trouble connecting');
  clock.advance(600_000);
  expect(server.deliveries.map(({ type, state }) => [type, state])).toEqual([['interactive', 'unanswered']]);
  expect(rules(server)).toEqual(['lost-interaction']);
  line.socket.terminate();
  await server.until(() => server.connections.length === 0, 'the connection to be gone');
  await expect(ann.sendsPress({ value: 'v' }).acknowledged).rejects.toThrow('We had some trouble connecting');
});

test('acknowledgements of nothing, of another connection’s envelope, twice, and frames that are none are violations', async () => {
  const server = await startServer();
  const lines = await twoLines(server);
  const { acknowledged } = server.addPerson('ann').types('yes');
  const [got, other] = lines();
  const frame = await got.next();
  const send = async (act: () => void, rule: string) => {
    const before = server.violations.length;
    act();
    await server.until(() => server.violations.length > before, rule);
    expect(server.violations.at(-1)?.rule).toBe(rule);
  };
  await send(() => got.send({ envelope_id: 'made up' }), 'unknown-envelope');
  await send(() => other.ack(frame), 'unknown-envelope');
  await send(() => got.send('no JSON'), 'malformed-frame');
  await send(() => got.send('{"hello":1}'), 'malformed-frame');
  await send(() => got.send(Buffer.from([1, 2, 3])), 'malformed-frame');
  expect(server.unacknowledged()).toBe(1);
  await send(() => got.ack(frame, { text: 'not asked for' }), 'unexpected-payload');
  await acknowledged;
  await send(() => got.ack(frame), 'late-acknowledgement');
});

test('a test can have an event delivered again: so many times, to the same or to another connection', async () => {
  const server = await startServer();
  const lines = await twoLines(server);
  const { eventId, acknowledged } = server.addPerson('ann').types('yes');
  const [had, other] = lines();
  const first = await had.next();
  had.ack(first);
  await acknowledged;
  server.faults.redeliver({ to: 'other' });
  server.faults.redeliver({ to: 'same', times: 2, eventId });
  for (const line of [other, had, had]) {
    const frame = await line.next();
    expect(frame.payload).toEqual(first.payload);
    expect(frame.retry_attempt).toBeGreaterThan(0);
    line.ack(frame);
  }
  await server.until(() => server.deliveries.every(({ state }) => state === 'acknowledged'), 'all acknowledgements');
  expect(server.deliveries).toHaveLength(4);
  expect(() => server.faults.redeliver({ eventId: 'Ev-none' })).toThrow('There is no event Ev-none');
});

test('what is held comes in order when it is released', async () => {
  const server = await startServer();
  const line = await openLine(server);
  const ann = server.addPerson('ann');
  server.faults.hold();
  const waiting = [
    ann.types('one').acknowledged,
    ann.sendsPress({ value: 'v' }).acknowledged,
    ann.types('two').acknowledged,
  ];
  expect(server.unacknowledged()).toBe(3);
  expect(server.deliveries).toEqual([]);
  server.faults.resume();
  const frames = [await line.next(), await line.next(), await line.next()];
  expect(frames.map(({ type, payload }) => payload?.event?.text ?? type)).toEqual(['one', 'interactive', 'two']);
  for (const frame of frames) line.ack(frame);
  await Promise.all(waiting);
});

test('an envelope of any shape can be sent, and app_rate_limited has no event in it', async () => {
  const server = await startServer();
  const line = await openLine(server);
  server.faults.sendAppRateLimited();
  expect(await line.next()).toMatchObject({
    type: 'events_api',
    payload: { type: 'app_rate_limited', team_id: server.team.id },
  });
  server.faults.sendEnvelope(null);
  expect((await line.next()).payload).toBeNull();
  server.faults.sendEnvelope({ odd: true }, 'brand_new');
  expect(await line.next()).toMatchObject({ type: 'brand_new', payload: { odd: true } });
  server.faults.sendFrame({ type: 'goodbye' });
  expect(await line.next()).toEqual({ type: 'goodbye' });
});

test('closing the server ends what waits for an acknowledgement', async () => {
  const server = await startServer();
  await openLine(server);
  const ann = server.addPerson('ann');
  const waiting = [ann.types('yes').acknowledged, ann.sendsPress({ value: 'v' }).acknowledged];
  const ends = Promise.allSettled(waiting);
  await server.close();
  await server.close();
  for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { message: /was closed/ } });
  expect(server.violations).toEqual([]);
});
