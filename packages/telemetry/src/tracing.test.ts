import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSecuritybot, type Observation } from '@securitybot/core';
import {
  createClock,
  createMemoryAuth,
  createMemoryBlacklist,
  createMemoryChat,
  createMemoryTasker,
} from '@securitybot/testing';
import { expect, test } from 'vitest';
import { createTracing } from './tracing.js';

const START = Date.UTC(2026, 2, 2, 10);

function setUp() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const clock = createClock(START);
  const observe = createTracing({ tracer: provider.getTracer('test'), clock });
  const spans = () => exporter.getFinishedSpans();
  /** Each span below the one it is in. */
  const tree = () => {
    const names = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
    return spans().map(({ name, parentSpanContext: parent }) =>
      parent ? `${names.get(parent.spanId)} > ${name}` : name,
    );
  };
  return { clock, observe, spans, tree };
}

const CALL: Observation = { type: 'call', provider: 'chat', call: 'send', turn: 1, tookMs: 200 };
const TURN: Observation = { type: 'turn', turn: 1, kind: 'work', found: 1, tookMs: 500 };

test('a turn has its calls in it, each with its own times', async () => {
  const { clock, observe, spans } = setUp();
  observe({ ...CALL, code: 'RATE_LIMITED' });
  await clock.advance(300);
  observe(TURN);
  const [call, turn] = spans();
  expect(turn).toMatchObject({
    name: 'securitybot work',
    kind: SpanKind.INTERNAL,
    attributes: { 'securitybot.found': 1, 'securitybot.calls': 1 },
    startTime: [START / 1000 - 1, 800_000_000],
    status: { code: SpanStatusCode.UNSET },
  });
  expect(call).toMatchObject({
    name: 'chat send',
    kind: SpanKind.CLIENT,
    attributes: { 'securitybot.provider': 'chat', 'securitybot.call': 'send', 'error.type': 'RATE_LIMITED' },
    endTime: [START / 1000, 0],
    status: { code: SpanStatusCode.ERROR },
    parentSpanContext: { spanId: turn?.spanContext().spanId },
  });
});

test('turns that found nothing leave no trace, those that failed do; a call of no turn stands alone', () => {
  const { observe, tree } = setUp();
  observe({ ...TURN, kind: 'claim', found: 0 });
  observe({ ...TURN, kind: 'claim', found: 0, code: 'UNAVAILABLE' });
  const { turn: _, ...alone } = CALL;
  observe(alone);
  expect(tree()).toEqual(['securitybot claim', 'chat send']);
});

test('of thousands of calls in a turn some are kept, and all counted', () => {
  const { observe, spans } = setUp();
  for (let n = 0; n < 5000; n += 1) observe({ ...CALL, call: 'findUser' });
  observe({ ...TURN, kind: 'intake' });
  expect(spans()).toHaveLength(201);
  expect(spans().at(-1)?.attributes).toMatchObject({ 'securitybot.calls': 5000 });
});

test('an alert, from its question to its proof', async () => {
  const { clock, observe, spans, tree } = setUp();
  const chat = createMemoryChat({ people: ['ann'], clock });
  const auth = createMemoryAuth({ clock, enrolled: ['ann'] });
  const tasker = createMemoryTasker({ clock });
  const bot = createSecuritybot(
    { chat, auth, tasker, blacklist: createMemoryBlacklist() },
    { reportingChannel: '#security', clock, observe },
  );
  await bot.start();
  const mallory = 'mallory';
  await tasker.add({
    id: 'a'.repeat(64),
    username: 'ann',
    title: mallory,
    description: mallory,
    reason: mallory,
    url: mallory,
    eventTime: START,
  });
  await bot.idle();
  for (const words of ['yes, mallory', 'yes']) {
    await chat.say('ann', words);
    await bot.idle();
  }
  auth.approve('ann');
  await bot.idle();
  await bot.stop();
  // Whether work begins by a claim, or by the save that called for it, is up to the timing.
  const without = tree().filter((name) => name !== 'securitybot claim');
  expect([...new Set(without)].toSorted()).toEqual([
    'auth check',
    'securitybot intake',
    'securitybot intake > chat findUser',
    'securitybot message',
    'securitybot message > chat findUser',
    'securitybot work',
    'securitybot work > auth challenge',
    'securitybot work > auth readiness',
    'securitybot work > chat edit',
    'securitybot work > chat send',
  ]);
  const told = JSON.stringify(
    spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
  expect(told).not.toMatch(/mallory|\bann\b/);
});
