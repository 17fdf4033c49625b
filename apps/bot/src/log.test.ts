import { Writable } from 'node:stream';
import { type Observation, PluginError } from '@securitybot/core';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logObservations } from './log.js';

function logged(level: string, observations: readonly Observation[]) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const observe = logObservations(pino({ level }, stream));
  for (const observation of observations) observe(observation);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const OBSERVATIONS: readonly Observation[] = [
  { type: 'alert', alert: 'a1', username: 'ann', person: 'U1' },
  { type: 'asked', alert: 'a1', afterMs: 5 },
  {
    type: 'verdict',
    alert: 'a1',
    username: 'ann',
    verdict: { kind: 'muted', at: 1, reason: 'words of a person' },
    afterMs: 7,
  },
  { type: 'verdict', alert: 'a1', username: 'ann', verdict: { kind: 'escalated', at: 1, cause: 'fraud' }, afterMs: 7 },
  { type: 'answered', alert: 'a1', said: 'yes', afterMs: 6 },
  { type: 'effect', effect: 'send', key: 'U1/1', tries: 0, tookMs: 3 },
  { type: 'call', provider: 'chat', call: 'send', turn: 1, tookMs: 3 },
  { type: 'turn', turn: 1, kind: 'work', found: 1, tookMs: 3 },
  { type: 'message', person: 'U1', tookMs: 3 },
  { type: 'ignored', person: 'U2', why: 'unknown' },
  { type: 'conflict', person: 'U1' },
  { type: 'failure', doing: 'perform send', error: new PluginError('UNAVAILABLE', 'chat: no answer') },
  { type: 'failure', doing: 'claim', error: new TypeError('x') },
  { type: 'failure', doing: 'claim', error: 'thrown text' },
];

test('at info: alerts, verdicts, what is ignored, failures; no text of an alert or a person', () => {
  const lines = logged('info', OBSERVATIONS);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'alert',
    'verdict',
    'verdict',
    'message ignored',
    'could not perform send',
    'could not claim',
    'could not claim',
  ]);
  expect(JSON.stringify(lines)).not.toContain('words of a person');
  expect(lines[4]).toMatchObject({ level: 50, code: 'UNAVAILABLE', error: 'chat: no answer' });
  expect(lines[5]).toHaveProperty('stack');
});

test('at debug: the rest too, but for turns that found nothing', () => {
  const idle: Observation = { type: 'turn', turn: 2, kind: 'claim', found: 0, tookMs: 1 };
  const failed: Observation = { ...idle, code: 'UNAVAILABLE' };
  expect(logged('debug', [...OBSERVATIONS, idle, failed])).toHaveLength(OBSERVATIONS.length + 1);
});

test('a limit is told once for each plugin, and again after a while: who waits for it may be many', () => {
  const limited = (plugin: string, doing: string): Observation => ({
    type: 'failure',
    doing,
    error: new PluginError('RATE_LIMITED', `${plugin}: too many calls`, { retryAfterMs: 60_000 }),
  });
  const all = [limited('slack', 'look up ann'), limited('slack', 'look up bob'), limited('duo', 'push')];
  expect(logged('info', all)).toMatchObject([
    { level: 40, code: 'RATE_LIMITED', msg: 'could not look up ann' },
    { level: 40, code: 'RATE_LIMITED', msg: 'could not push' },
  ]);
  expect(logged('debug', all)).toHaveLength(3);
});
