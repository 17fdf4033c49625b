import { describe, expect, test } from 'vitest';
import { ANN, alertOf, HOUR, MINUTE, play, START, said, types } from './fixtures.js';
import { recordOf } from './record.js';
import { wakeAt } from './wake.js';

describe('an alert is asked about', () => {
  test('greeted once, shown the alert, asked: in one message', () => {
    const game = play();
    expect(game.alert()).toMatchObject([
      {
        type: 'send',
        parts: [{ message: 'greeting', values: { name: 'Ann' } }, { alert: alertOf(1).id }, { message: 'question' }],
      },
    ]);
    expect(game.task().state).toBe('asking');
    expect(recordOf(game.task())).toEqual({ status: 1, comment: '', performed: false, authenticated: false });
  });

  test('the same alert again changes nothing', () => {
    const game = play();
    game.alert();
    const before = game.conversation;
    expect(game.alert()).toEqual([]);
    expect(game.conversation).toBe(before);
  });

  test('what waits is asked when the question is settled: "one more thing"; none left: goodbye', () => {
    const game = play();
    game.alert(1);
    expect(game.alert(2, { title: 'login' })).toEqual([]);
    expect(said(game.no())).toEqual(['told-denied', 'one-more-thing', 'alert', 'question']);
    expect(said(game.no())).toEqual(['told-denied', 'goodbye']);
    expect(said(game.alert(3))).toEqual(['greeting', 'alert', 'question']);
  });

  test('most severe first, then oldest, then by id (the original queued one by one)', () => {
    const game = play();
    game.alert(9, { title: 'first' });
    game.alerts([
      { alert: alertOf(4, { title: 'd', severity: 'low', seenAt: START - 5 }), route: { to: 'ask' } },
      { alert: alertOf(3, { title: 'c' }), route: { to: 'ask' } },
      { alert: alertOf(2, { title: 'b' }), route: { to: 'ask' } },
      { alert: alertOf(1, { title: 'a', seenAt: START - 1 }), route: { to: 'ask' } },
      { alert: alertOf(5, { title: 'e', severity: 'high' }), route: { to: 'ask' } },
    ]);
    const order: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      order.push(game.conversation.tasks.find(({ state }) => state === 'asking')?.alert.title ?? '');
      game.no();
    }
    expect(order).toEqual(['first', 'e', 'a', 'b', 'c', 'd']);
  });

  test('a critical alert is asked even while another question is open, and numbered', () => {
    const game = play();
    game.alert(1);
    const effects = game.alert(2, { title: 'key export', severity: 'critical' });
    expect(said(effects)).toEqual(['urgent-first', 'alert', 'question', 'question-numbered']);
    expect(effects[0]).toMatchObject({ type: 'send', urgent: true, parts: [{}, {}, {}, { values: { number: '2' } }] });
    expect(game.conversation.questions.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('alerts of one login and title that wait together are one question, at most ten, all shown', () => {
    const game = play();
    const alerts = Array.from({ length: 10 }, (_, i) => ({ alert: alertOf(i + 1), route: { to: 'ask' as const } }));
    const effects = game.alerts(alerts);
    expect(said(effects)).toEqual(['greeting', ...Array(10).fill('alert'), 'question-bundle']);
    expect(effects).toMatchObject([{ parts: { 11: { values: { count: '10' } } } }]);
    expect(game.conversation.questions).toHaveLength(1);
  });

  test('beyond ten it is a flood, and reported; the ten most severe are asked', () => {
    const game = play();
    const alerts = Array.from({ length: 12 }, (_, i) => ({
      alert: alertOf(i + 1, { title: i % 2 ? 'sudo' : ' SUDO ', ...(i === 11 ? { severity: 'high' } : {}) }),
      route: { to: 'ask' as const },
    }));
    const effects = game.alerts(alerts);
    expect(effects.find(({ type }) => type === 'report')).toMatchObject({
      cause: 'flood',
      tasks: [alertOf(10).id, alertOf(11).id],
    });
    expect(said(effects)).toContain('told-flood');
    expect(game.task(12).state).toBe('asking');
  });

  test('a person has so many open alerts at the most; the least severe beyond are a flood', () => {
    const game = play({ openPerPerson: 3 });
    for (let i = 1; i <= 5; i += 1) game.alert(i, { title: `t${i}`, ...(i === 5 ? { severity: 'high' } : {}) });
    expect(
      game.conversation.tasks.filter(({ verdict }) => verdict?.kind === 'escalated').map(({ alert }) => alert.title),
    ).toEqual(['t3', 't4']);
    expect(game.task(5).state).toBe('waiting');
  });

  test('what is beyond a bundle does not count as open; then the least severe go', () => {
    const game = play({ bundle: 1, openPerPerson: 3 });
    const alerts = ['c', 'low', 'low', 'low', 'b', 'a'].map((title, i) => ({
      alert: alertOf(i, { title, severity: title === 'low' ? 'low' : 'medium', seenAt: START - i }),
      route: { to: 'ask' as const },
    }));
    game.alerts(alerts);
    expect(game.conversation.tasks.filter(({ state }) => state !== 'closed').map(({ alert }) => alert.title)).toEqual([
      'c',
      'b',
      'a',
    ]);
    const kept = play({ bundle: 1, openPerPerson: 4 });
    kept.alerts(alerts);
    expect(kept.conversation.tasks.filter(({ state }) => state !== 'closed')).toHaveLength(4);
  });

  test('of a flood the person is told once an hour', () => {
    const game = play({ bundle: 1 });
    game.alert(1, { title: 'login', severity: 'critical' });
    game.no();
    game.alert(2);
    game.alert(3); // waits
    const flood = (number: number) => said(game.alert(number)).filter((name) => name === 'told-flood').length;
    expect([flood(4), flood(5)]).toEqual([1, 0]);
    game.advance(HOUR);
    expect(flood(6)).toBe(1);
  });

  test.each([
    ['login:ann', 'unknown-person', 'invalid user'],
    ['U1', 'opted-out', 'blacklisted'],
  ] as const)('%s: escalated as %s, with the comment "%s"', (person, cause, comment) => {
    const game = play({}, person);
    const effects = game.alert(1, {}, { to: 'escalate', cause });
    expect(types(effects)).toEqual(['report']);
    expect(game.task().verdict).toEqual({ kind: 'escalated', at: START, cause });
    expect(recordOf(game.task())).toEqual({ status: 2, comment, performed: false, authenticated: false });
  });

  test('nobody is asked where nobody was found, whatever the route says', () => {
    const game = play({}, 'login:ann');
    expect(types(game.alert())).toEqual(['report']);
    expect(game.task().verdict).toMatchObject({ cause: 'unknown-person' });
  });

  test('what the security team gets on arrival, the person is not told of', () => {
    const game = play();
    expect(types(game.alert(1, {}, { to: 'escalate', cause: 'flood' }))).toEqual(['report']);
  });

  test('a store is told in which version an alert was added, and in which it was last changed', () => {
    const game = play();
    game.person({ type: 'status' });
    game.alert(1);
    game.alert(2, { title: 'login' });
    game.no();
    expect(game.conversation.version).toBe(5);
    expect(game.task(1)).toMatchObject({ addedIn: 2, changedIn: 5 });
  });

  test('who the person is stays known where an alert comes without it', () => {
    const game = play();
    game.alert();
    game.take({ type: 'alerts', alerts: [{ alert: alertOf(2), route: { to: 'ask' } }] });
    expect(game.conversation.user).toEqual(ANN);
  });

  test('a muted title ends as muted, status 2, without a message (the original greeted for nothing and left it open)', () => {
    const game = play();
    const entry = { username: 'ann', title: 'sudo', reason: 'known job', until: START + HOUR };
    expect(game.alert(1, {}, { to: 'mute', entry })).toEqual([]);
    expect(game.task().verdict).toEqual({ kind: 'muted', at: START, reason: 'known job' });
    expect(recordOf(game.task())).toEqual({ status: 2, comment: 'known job', performed: false, authenticated: false });
    expect(wakeAt(game.conversation)).toBeUndefined();
  });
});

describe('answers', () => {
  test('no: the security team hears it at once, with the words; a mute of the title is lifted', () => {
    const game = play();
    game.alert();
    const effects = game.no('it was not me');
    expect(types(effects)).toEqual(['unmute', 'report', 'send']);
    expect(effects[1]).toMatchObject({ cause: 'denied', tasks: [alertOf(1).id], urgent: true });
    expect(recordOf(game.task())).toEqual({
      status: 2,
      comment: 'it was not me',
      performed: false,
      authenticated: false,
    });
  });

  test('unsure goes to the security team', () => {
    const game = play();
    game.alert();
    const effects = game.unsure('maybe cron');
    expect(effects[0]).toMatchObject({ type: 'report', cause: 'unsure' });
    expect(said(effects)).toEqual(['told-unsure', 'goodbye']);
  });

  test('silence: the security team hears it when the answer time is over, and the person is told (the original reported nothing)', () => {
    const game = play();
    game.alert();
    expect(game.advance(2 * HOUR - 1)).toEqual([]);
    const effects = game.advance(1);
    expect(types(effects)).toEqual(['report', 'send']);
    expect(effects[0]).toMatchObject({ cause: 'no-answer' });
    expect(said(effects)).toEqual(['told-no-answer', 'goodbye']);
    expect(recordOf(game.task()).comment).toBe('no response received');
  });

  test('silence takes the buttons away; what waits ends with it, and each title is named', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'login' });
    game.deliver();
    expect(game.advance(2 * HOUR)).toMatchObject([
      { type: 'edit', parts: [{ alert: alertOf(1).id }, { message: 'question-closed' }] },
      { type: 'report', tasks: [alertOf(1).id, alertOf(2).id] },
      {
        parts: [
          { message: 'told-no-answer', values: { title: 'sudo' } },
          { message: 'told-no-answer', values: { title: 'login' } },
          { message: 'goodbye' },
        ],
      },
    ]);
  });

  test('an answer to one question stops nothing that another waits for', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.yes('1');
    game.no('2');
    expect(game.effect('readiness').question).toBe(game.conversation.questions[0]?.id);
  });

  test('the clock of a queued alert runs from when it was first seen (the original’s did not)', () => {
    const game = play();
    game.alert(1, { severity: 'high' });
    game.alert(2, { title: 'login', severity: 'high' });
    game.advance(30 * MINUTE);
    game.no();
    expect(game.task(2).state).toBe('asking');
    game.advance(30 * MINUTE - 1);
    expect(game.task(2).state).toBe('asking');
    game.advance(1);
    expect(game.task(2).verdict).toMatchObject({ cause: 'no-answer' });
  });

  test('deadlines: working time for low and medium, the wall for high and critical, the person’s own zone', () => {
    const friday = Date.UTC(2026, 10, 21, 1, 0); // 17:00 in Los Angeles
    const deadline = (severity: 'low' | 'medium' | 'high' | 'critical', timeZone?: string) => {
      const game = play();
      const user = { name: 'Ann', username: 'ann', ...(timeZone === undefined ? {} : { timeZone }) };
      game.take({
        type: 'alerts',
        alerts: [{ alert: alertOf(1, { severity, seenAt: friday }), route: { to: 'ask' } }],
        user,
      });
      return new Date(game.task().deadline).toISOString();
    };
    expect(deadline('low')).toBe('2026-11-23T19:00:00.000Z');
    expect(deadline('medium')).toBe('2026-11-23T19:00:00.000Z');
    expect(deadline('high')).toBe('2026-11-21T02:00:00.000Z');
    expect(deadline('critical')).toBe('2026-11-21T01:30:00.000Z');
    expect(deadline('medium', 'Asia/Tokyo')).toBe('2026-11-23T03:00:00.000Z');
    expect(deadline('medium', 'No/Where')).toBe(deadline('medium'));
  });

  test('“no” followed at once by “yes”: the first answer stands, and the second is told so', () => {
    const game = play();
    game.alert();
    game.no('not me');
    expect(said(game.yes())).toEqual(['already-answered']);
    expect(game.task().verdict).toMatchObject({ cause: 'denied' });
  });

  test('a second yes before the permission was asked grants nothing', () => {
    const game = play();
    game.alert();
    game.yes('it was me');
    expect(said(game.yes())).toEqual(['already-answered']);
    expect(game.conversation.questions[0]).not.toHaveProperty('permission');
  });

  test('nothing open: told so', () => {
    const game = play();
    expect(said(game.yes())).toEqual(['nothing-open']);
    game.alert();
    game.no();
    game.advance(HOUR - 1);
    expect(said(game.yes())).toEqual(['already-answered']);
    game.advance(1);
    expect(said(game.yes())).toEqual(['nothing-open']);
  });

  test('with several questions open typed text changes nothing: they are listed, and a number answers', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    expect(said(game.yes('it was me'))).toEqual(['which-one', 'open-question', 'open-question']);
    expect(said(game.yes('7 it was me'))).toEqual(['which-one', 'open-question', 'open-question']);
    expect(game.conversation.tasks.map(({ state }) => state)).toEqual(['asking', 'asking']);
    game.yes('2: exporting for audit');
    expect(game.task(2).answer).toMatchObject({ said: 'yes', explanation: 'exporting for audit' });
    expect(game.task(1).state).toBe('asking');
  });

  test('with one question open a number is part of the explanation', () => {
    const game = play();
    game.alert();
    game.yes('1 of my scripts');
    expect(game.task().answer?.explanation).toBe('1 of my scripts');
  });

  test('a number alone names the only question; that of a closed one is told so', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.no('2');
    expect(said(game.yes('2 it was me'))).toEqual(['already-answered', 'open-question']);
    expect(game.task(1).state).toBe('asking');
    game.no('1');
    expect(game.task(1)).toMatchObject({ verdict: { cause: 'denied' }, answer: { explanation: '' } });
  });

  test('a number that no question has, or had within the hour, is part of the explanation', () => {
    for (const [rest, wait] of [
      ['3 of my scripts', 0],
      ['2 of my scripts', HOUR],
    ] as const) {
      const game = play();
      game.alert(1);
      game.alert(2, { title: 'key export', severity: 'critical' });
      game.no('2');
      game.advance(wait);
      game.yes(rest);
      expect(game.task(1).answer?.explanation).toBe(rest);
    }
  });

  test('typed text answers no question that is not out yet: nobody has read it', () => {
    const game = play();
    game.alert();
    expect(said(game.person({ type: 'answer', said: 'yes', rest: 'me' }))).toEqual(['came-too-early']);
    expect(game.task().state).toBe('asking');
  });

  test('a second yes grants no permission that was not asked yet, also where the question is on its way', () => {
    const game = play();
    game.alert();
    game.prove();
    expect(said(game.person({ type: 'answer', said: 'yes', rest: 'it was me' }))).toEqual(['came-too-early']);
    expect(game.conversation.questions[0]?.permission).toBe('asked');
  });

  test('an answer that was sent before the question is not its answer, by the provider’s clock', () => {
    const game = play();
    game.alert();
    game.deliver(1000);
    expect(said(game.yes('me', { sentAt: 999 }))).toEqual(['came-too-early']);
    expect(game.task().state).toBe('asking');
    game.yes('me', { sentAt: 1001 });
    expect(game.task().state).toBe('confirming');
  });

  test('a redelivered answer gives the very conversation back', () => {
    const game = play();
    game.alert();
    game.no('', { id: 'e1' });
    const before = game.conversation;
    expect(game.yes('', { id: 'e1' })).toEqual([]);
    expect(game.conversation).toBe(before);
  });

  test('a press counts for its question at its step only', () => {
    const game = play();
    game.alert();
    const [{ id, step } = { id: '', step: 0 }] = game.conversation.questions;
    expect(said(game.yes('', { target: { question: id, step: step + 1 } }))).toEqual(['already-answered']);
    expect(said(game.yes('', { target: { question: `${alertOf(5).id}.1`, step } }))).toEqual(['stale-press']);
    expect(game.task().state).toBe('asking');
    game.yes('me', { target: { question: id, step } });
    expect(game.task().state).toBe('confirming');
    expect(said(game.no('', { target: { question: id, step } }))).toEqual(['already-answered']);
  });

  test('a press on a closed question is told so', () => {
    const game = play();
    game.alert();
    const [{ id, step } = { id: '', step: 0 }] = game.conversation.questions;
    game.no();
    expect(said(game.yes('', { target: { question: id, step } }))).toEqual(['already-answered']);
    expect(said(game.yes('', { target: { question: `${alertOf(5).id}.1`, step } }))).toEqual(['stale-press']);
  });

  test('after the answer the buttons go and the message says what was answered', () => {
    const game = play();
    game.alert();
    game.deliver();
    const edit = game.yes('me').find(({ type }) => type === 'edit');
    expect(edit).toMatchObject({
      parts: [{ alert: alertOf(1).id }, { message: 'answered', values: { answer: 'yes', explanation: 'me' } }],
    });
  });

  test('a question answered while its message is on its way loses its buttons when it is out', () => {
    const game = play();
    game.alert();
    const { key } = game.effect('send');
    const [{ id, step } = { id: '', step: 0 }] = game.conversation.questions;
    game.person({ type: 'answer', said: 'yes', rest: 'me', target: { question: id, step } });
    const effects = game.take({ type: 'done', key, ref: { id: 'm1' } });
    expect(effects).toMatchObject([
      { type: 'edit', ref: { id: 'm1' }, parts: [{ alert: alertOf(1).id }, { message: 'question-closed' }] },
    ]);
  });

  test('a chat that names no message is asked for no edit', () => {
    const game = play();
    game.alert();
    game.take({ type: 'done', key: game.effect('send').key });
    expect(game.conversation.questions[0]).not.toHaveProperty('ref');
    expect(types(game.no())).toEqual(['unmute', 'report', 'send']);
  });

  test('a question that is over before its message is out is not sent; what was said before it is', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'login' });
    game.deliver();
    game.no();
    game.advance(3 * HOUR);
    expect(game.conversation.outbox.filter(({ type }) => type === 'send').map((effect) => said([effect]))).toEqual([
      ['told-denied', 'one-more-thing'],
      ['told-no-answer', 'goodbye'],
    ]);
  });
});
