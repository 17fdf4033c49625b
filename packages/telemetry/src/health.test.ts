import type { Observation } from '@securitybot/core';
import { createClock } from '@securitybot/testing';
import { expect, test } from 'vitest';
import { createHealth } from './health.js';

const CLAIM: Observation = { type: 'turn', turn: 1, kind: 'claim', found: 0, tookMs: 1 };
const FAILED: Observation = { ...CLAIM, code: 'UNAVAILABLE' };
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function setUp() {
  const clock = createClock();
  const store = { isAway: false, asked: 0 };
  const told: string[] = [];
  const health = createHealth({
    clock,
    async askStore() {
      store.asked += 1;
      if (store.isAway) throw new Error('connect ECONNREFUSED mysql://root:secret@db');
    },
    tell: (level, text) => told.push(`${level}: ${text}`),
  });
  /** Goes on while the observation is seen each second. */
  const pass = async (ms: number, each?: Observation) => {
    for (let passed = 0; passed < ms; passed += SECOND) {
      await clock.advance(SECOND);
      if (each) health.observe(each);
    }
  };
  return { clock, store, told, health, pass };
}

test('ready between start and stop, alive all the time', async () => {
  const { health, store } = setUp();
  expect(await health.ready()).toEqual({ ok: false, text: 'starting' });
  health.observe(CLAIM); // of nobody who runs
  expect(health.sinceClaimMs()).toBeUndefined();
  health.started();
  expect(await health.ready()).toEqual({ ok: true, text: 'ok' });
  health.stopping();
  health.stopping();
  expect(await health.ready()).toEqual({ ok: false, text: 'stopping' });
  health.started();
  expect(await health.ready()).toEqual({ ok: false, text: 'stopping' });
  expect(health.live()).toEqual({ ok: true, text: 'ok' });
  expect(store.asked).toBe(1);
});

test('not ready while the database is away, and no word of its error; many probes ask it once a second', async () => {
  const { health, store, clock } = setUp();
  health.started();
  store.isAway = true;
  for (let n = 0; n < 50; n += 1)
    expect(await health.ready()).toEqual({ ok: false, text: 'the database does not answer, or takes no writes' });
  expect(store.asked).toBe(1);
  store.isAway = false;
  await clock.advance(SECOND);
  expect(await health.ready()).toMatchObject({ ok: true });
});

test('the watchdog: nothing claimed for three minutes is told, again after three more, and when it is over', async () => {
  const { health, told, pass } = setUp();
  health.started();
  await pass(10 * MINUTE, CLAIM);
  expect(told).toEqual([]);
  await pass(3 * MINUTE - SECOND, FAILED);
  expect(told).toEqual([]);
  expect(await health.ready()).toMatchObject({ ok: true });
  await pass(SECOND, FAILED);
  expect(told).toEqual(['error: nothing was claimed for 180 s: is the database away, or the bot stuck?']);
  expect(await health.ready()).toEqual({ ok: false, text: 'nothing was claimed for 180 s' });
  await pass(4 * MINUTE, FAILED);
  expect(told.slice(1)).toEqual(['error: nothing was claimed for 360 s: is the database away, or the bot stuck?']);
  await pass(SECOND, CLAIM);
  expect(told.slice(2)).toEqual(['info: it claims again, after 421 s']);
  expect(health.sinceClaimMs()).toBe(0);
  expect(await health.ready()).toMatchObject({ ok: true });
});

test('alive for as long as claims are tried, well or not; a restart helps only one that does not even try', async () => {
  const { health, pass } = setUp();
  health.started();
  await pass(60 * MINUTE, FAILED);
  expect(health.live()).toMatchObject({ ok: true });
  await pass(10 * MINUTE - SECOND, { ...CLAIM, kind: 'intake' });
  expect(health.live()).toMatchObject({ ok: true });
  await pass(SECOND);
  expect(health.live()).toEqual({ ok: false, text: 'stuck: no claim was even tried for 600 s' });
});

test('a bot that stops is neither stuck nor watched', async () => {
  const { health, told, clock } = setUp();
  health.started();
  await clock.advance(MINUTE);
  health.stopping();
  expect(clock.asleep).toBe(0);
  await clock.advance(60 * MINUTE);
  expect(told).toEqual([]);
  expect(health.live()).toMatchObject({ ok: true });
});
