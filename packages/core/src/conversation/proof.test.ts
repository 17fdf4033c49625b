import { describe, expect, test } from 'vitest';
import { alertOf, HOUR, MINUTE, play, START, said, types } from './fixtures.js';
import { recordOf } from './record.js';
import { wakeAt } from './wake.js';

describe('a yes is proven', () => {
  test('readiness first, then permission, then the push, then thanks and a mute', () => {
    const game = play();
    game.alert();
    expect(types(game.yes('I was testing'))).toEqual(['readiness']);
    expect(said(game.ready())).toEqual(['permission']);
    expect(types(game.yes())).toEqual(['challenge']);
    const { key, id } = game.effect('challenge');
    expect(id).toBe(`${alertOf(1).id}.1.1`);
    game.take({ type: 'attempting', key });
    expect(said(game.take({ type: 'challenged', key, token: 't1' }))).toEqual(['pushed']);
    const effects = game.settle('approved');
    expect(types(effects)).toEqual(['mute', 'send']);
    expect(effects[0]).toMatchObject({
      entry: {
        username: 'ann',
        title: 'sudo',
        reason: 'recently confirmed with proof',
        since: START,
        until: START + 21 * HOUR,
        maxSeverity: 'medium',
      },
    });
    expect(said(effects)).toEqual(['confirmed-muted', 'goodbye']);
    expect(game.task().verdict).toEqual({
      kind: 'confirmed',
      at: START,
      proof: 'challenge',
      mutedUntil: START + 21 * HOUR,
    });
    expect(recordOf(game.task())).toEqual({
      status: 2,
      comment: 'I was testing',
      performed: true,
      authenticated: true,
    });
  });

  test('a code to compare is shown in the chat', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    const { key } = game.attempt();
    expect(game.take({ type: 'challenged', key, token: 't', hint: '42' })[1]).toMatchObject({
      parts: [{ message: 'pushed-hint', values: { hint: '42' } }],
    });
  });

  test('a page to prove it on is shown in the chat as a link', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    const { key } = game.attempt();
    const url = 'https://bot.example/prove/1';
    expect(game.take({ type: 'challenged', key, token: 't', url })[1]).toMatchObject({
      parts: [{ message: 'pushed-link', values: { url, hint: '' } }],
    });
  });

  test('a proof covers what it was asked for, and nothing that came later (the original waived proof for two hours)', () => {
    const game = play();
    game.alert(1);
    game.prove();
    game.push();
    game.alert(2);
    expect(said(game.settle('approved'))).toEqual(['confirmed-muted', 'one-more-thing', 'alert', 'question']);
    expect(game.task(2).state).toBe('asking');
    expect(game.task(2).answer).toBeUndefined();
  });

  test('a bundle is proven as a whole, and mutes nothing more severe than what was proven', () => {
    const game = play();
    game.alerts([
      { alert: alertOf(1, { severity: 'low' }), route: { to: 'ask' } },
      { alert: alertOf(2, { severity: 'medium' }), route: { to: 'ask' } },
      { alert: alertOf(3, { severity: 'low' }), route: { to: 'ask' } },
    ]);
    game.prove();
    game.push();
    expect(game.settle('approved')[0]).toMatchObject({ entry: { maxSeverity: 'medium' } });
    expect(game.conversation.tasks.every(({ verdict }) => verdict?.kind === 'confirmed')).toBe(true);
  });

  test('waived by policy: confirmed, not authenticated, nothing muted', () => {
    const game = play({ titles: { sudo: { proof: 'waived' } } });
    game.alert(1, { title: ' Sudo ' });
    const effects = game.yes('me');
    expect(types(effects)).toEqual(['send']);
    expect(said(effects)).toEqual(['confirmed-waived', 'goodbye']);
    expect(recordOf(game.task())).toMatchObject({ performed: true, authenticated: false });
  });

  test('policy may leave the permission out; the push follows the yes', () => {
    const game = play({ askBeforePush: false });
    game.alert();
    expect(types(game.prove())).toEqual(['challenge']);
    expect(game.conversation.questions[0]?.state).toBe('proving');
  });

  test('policy may leave the permission out, but not for a second push: nobody has answered the first', () => {
    const game = play({ askBeforePush: false });
    game.alert();
    game.prove();
    const { key } = game.attempt();
    game.take({ type: 'challenged', key, token: 't' });
    expect(said(game.settle('expired'))).toEqual(['permission-again']);
    expect(game.task().state).toBe('confirming');
    expect(game.types()).not.toContain('challenge');
  });

  test('with two questions open, the permission is asked by number', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.yes('2');
    expect(game.ready()).toMatchObject([
      { parts: [{ message: 'permission' }, { message: 'permission-numbered', values: { number: '2' } }] },
    ]);
  });

  test.each([
    ['yes', 'permitted'],
    ['no', 'not-permitted'],
  ] as const)('%s to the push stands where its buttons were: %s', (answer, message) => {
    const game = play();
    game.alert();
    game.prove();
    game.deliver();
    expect(game.answer({ type: 'answer', said: answer, rest: '' })[0]).toMatchObject({
      type: 'edit',
      parts: [{ message }],
    });
  });

  test('a permission given at the last moment leaves the push its whole time', () => {
    const game = play();
    game.alert();
    game.prove();
    game.advance(2 * HOUR - 1);
    game.push();
    game.deliver();
    expect(wakeAt(game.conversation)).toBe(game.at + 20_000);
    game.advance(89_999);
    expect(game.task().state).toBe('proving');
  });

  test('policy may mute nothing after a proof', () => {
    const game = play({ titles: { sudo: { muteAfterProofMs: 0 } } });
    game.alert();
    game.prove();
    game.push();
    expect(game.settle('approved')).toMatchObject([
      { type: 'send', parts: [{ message: 'confirmed', values: { title: 'sudo' } }, { message: 'goodbye' }] },
    ]);
    expect(game.types()).not.toContain('mute');
    expect(game.task().verdict).not.toHaveProperty('mutedUntil');
  });
});

describe('everything that is not proven reaches the security team at once, with its cause, and mutes nothing', () => {
  test.each([
    ['denied', 'push-denied'],
    ['fraud', 'fraud'],
    ['locked-out', 'locked-out'],
    ['bypassed', 'bypassed'],
  ] as const)('push: %s', (result, cause) => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    const effects = game.settle(result);
    expect(effects.find(({ type }) => type === 'report')).toMatchObject({ cause });
    expect(said(effects)).toEqual([`told-${cause}`, 'goodbye']);
    expect(types(effects)).not.toContain('mute');
    expect(recordOf(game.task())).toMatchObject({ status: 2, performed: true, authenticated: false });
  });

  test.each([
    ['denied', true],
    ['fraud', true],
    ['bypassed', false],
  ] as const)('push: %s lifts the mute that the title may have: %s', (result, isLifted) => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    expect(types(game.settle(result)).includes('unmute')).toBe(isLifted);
  });

  test.each([
    ['not-enrolled', 'no-factor'],
    ['no-device', 'no-factor'],
    ['locked-out', 'locked-out'],
    ['bypassed', 'bypassed'],
  ] as const)('readiness: %s', (reason, cause) => {
    const game = play();
    game.alert();
    game.yes('me');
    const effects = game.take({
      type: 'ready',
      key: game.effect('readiness').key,
      readiness: { ready: false, reason },
    });
    expect(effects[0]).toMatchObject({ type: 'report', cause });
    expect(said(effects)).toEqual([`told-${cause}`, 'goodbye']);
  });

  test('no to the push', () => {
    const game = play();
    game.alert();
    game.prove();
    expect(game.no()).toMatchObject([{ type: 'report', cause: 'refused-proof' }, { type: 'send' }]);
  });

  test('unsure about the push changes nothing', () => {
    const game = play();
    game.alert();
    game.prove();
    expect(said(game.unsure())).toEqual(['permission-unclear']);
    expect(game.conversation.questions[0]?.permission).toBe('asked');
  });

  test('silence to the permission: until the answer time is over, at least 15 minutes', () => {
    const game = play();
    game.alert();
    game.advance(2 * HOUR - 1);
    game.prove();
    game.advance(15 * MINUTE - 1);
    expect(game.task().state).toBe('confirming');
    expect(game.advance(1)[0]).toMatchObject({ type: 'report', cause: 'no-answer' });
  });

  test('a second factor that never says whether it is ready: until the time for the permission is over', () => {
    const game = play();
    game.alert();
    game.yes();
    game.advance(15 * MINUTE - 1);
    expect(game.task().state).toBe('confirming');
    const effects = game.advance(1);
    expect(effects[0]).toMatchObject({ type: 'report', cause: 'auth-unavailable' });
    expect(said(effects)).toEqual(['told-auth-unavailable', 'goodbye']);
  });

  test('an expired push is asked about once more; a second one goes to the security team', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    expect(said(game.settle('expired'))).toEqual(['permission-again']);
    game.push();
    const effects = game.settle('expired');
    expect(effects[0]).toMatchObject({ type: 'report', cause: 'expired' });
    expect(said(effects)).toEqual(['told-expired', 'goodbye']);
    expect(game.task().pushes).toBe(2);
  });

  test('a push that never settles counts as expired', () => {
    const game = play();
    game.alert(1, { title: 'key export' }, { to: 'escalate', cause: 'flood' });
    game.alert(2);
    game.prove();
    game.push();
    expect(said(game.advance(90_000))).toEqual(['permission-again']);
    expect(game.types()).toEqual(['report', 'send', 'send']);
  });

  test('a late approval of a push that counts as expired proves nothing', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    const { key } = game.effect('check');
    game.advance(90_000);
    expect(game.take({ type: 'checked', key, result: 'approved' })).toEqual([]);
    expect(game.task().state).toBe('confirming');
  });

  test('what a plugin says that nobody knows is not approval', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    game.take({ type: 'checked', key: game.effect('check').key, result: 'allow' as 'approved' });
    expect(game.task().verdict).toMatchObject({ cause: 'auth-unavailable' });
  });

  test('against push fatigue: five pushes an hour a person at the most', () => {
    const game = play({ muteAfterProofMs: 0 });
    for (let i = 1; i <= 5; i += 1) {
      game.alert(i);
      game.prove();
      game.push();
      game.settle('approved');
    }
    game.alert(6);
    const effects = game.prove();
    expect(effects[0]).toMatchObject({ type: 'report', cause: 'push-limit' });
    expect(said(effects)).toEqual(['told-push-limit', 'goodbye']);
    game.advance(HOUR);
    game.alert(7);
    expect(said(game.prove())).toEqual(['permission']);
  });

  test('against push fatigue: a push that was permitted before the limit was reached is not sent after it', () => {
    const game = play({ pushesPerHour: 1 });
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    for (const number of ['1', '2']) {
      game.yes(number);
      game.ready();
    }
    game.yes('2');
    game.yes('1');
    const { key } = game.attempt();
    game.take({ type: 'challenged', key, token: 't' });
    expect(types(game.settle('approved'))).not.toContain('challenge');
    expect(game.task(2).verdict).toMatchObject({ kind: 'confirmed' });
    expect(game.task(1).verdict).toMatchObject({ cause: 'push-limit' });
  });

  test('two questions: one push a person at a time, the next when it has settled', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    for (const number of [1, 2]) {
      game.yes(String(number));
      game.ready();
      game.yes(String(number));
    }
    expect(game.types().filter((type) => type === 'challenge')).toHaveLength(1);
    const { key } = game.attempt();
    game.take({ type: 'challenged', key, token: 't' });
    expect(game.types()).not.toContain('challenge');
    expect(game.effect('check').notBefore).toBe(game.at + 20_000);
    expect(types(game.settle('approved'))).toContain('challenge');
    expect(game.task(1).state).toBe('closed');
    expect(game.task(2).state).toBe('proving');
  });
});
