import { describe, expect, test } from 'vitest';
import { MINUTE, play, said } from './fixtures.js';

describe('a provider that fails', () => {
  const failed = { type: 'failed', code: 'UNAVAILABLE', notSent: false } as const;

  test('readiness is tried again for a minute, then the task is escalated', () => {
    const game = play();
    game.alert();
    game.yes('me');
    const { key } = game.effect('readiness');
    game.take({ ...failed, key });
    expect(game.effect('readiness').notBefore).toBe(game.at + 1000);
    game.advance(30_000);
    game.take({ ...failed, key });
    expect(game.effect('readiness')).toMatchObject({ tries: 2, notBefore: game.at + 2000 });
    game.advance(30_000);
    game.take({ ...failed, key });
    expect(game.task().verdict).toMatchObject({ cause: 'auth-unavailable' });
  });

  test('what is rejected, or would wait for longer than a minute, is escalated at once', () => {
    for (const failure of [{ code: 'REJECTED' }, { code: 'RATE_LIMITED', retryAfterMs: 60_000 }] as const) {
      const game = play();
      game.alert();
      game.yes('me');
      game.take({ type: 'failed', notSent: true, key: game.effect('readiness').key, ...failure });
      expect(game.task().verdict).toMatchObject({ cause: 'auth-unavailable' });
    }
  });

  test('a push that may be out is never sent again by itself: the person is asked anew, and it counts', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    const { key, id } = game.attempt();
    expect(said(game.take({ ...failed, key }))).toEqual(['permission-unsure']);
    expect(game.types()).not.toContain('challenge');
    expect(game.task().pushes).toBe(1);
    game.yes();
    expect(game.effect('challenge').id).not.toBe(id);
    game.attempt();
    game.take({ type: 'lost', key: game.effect('challenge').key });
    expect(game.task().verdict).toMatchObject({ cause: 'push-limit' });
  });

  test('a push that surely did not go out is taken back and sent again, under the same id', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    const { key, id } = game.attempt();
    game.take({ type: 'failed', code: 'RATE_LIMITED', retryAfterMs: 3000, notSent: true, key });
    expect(game.effect('challenge')).toMatchObject({ id, attempted: false, notBefore: game.at + 3000 });
    expect(game.task().pushes).toBe(0);
    expect(game.conversation.pushes).toEqual([]);
    expect(game.conversation.questions[0]).not.toHaveProperty('challenge');
  });

  test('what fails before the attempt takes no push back that was made', () => {
    const game = play({ muteAfterProofMs: 0 });
    game.alert(1);
    game.prove();
    game.push();
    game.settle('approved');
    game.alert(2);
    game.prove();
    game.yes();
    game.take({ ...failed, key: game.effect('challenge').key });
    expect(game.task(2).pushes).toBe(0);
    expect(game.conversation.pushes).toHaveLength(1);
  });

  test('a push is attempted, and looked after, beside everything else that waits', () => {
    const game = play();
    game.alert(1, { title: 'key export' }, { to: 'escalate', cause: 'opted-out' });
    game.alert(2);
    game.prove();
    game.yes();
    const { key } = game.attempt();
    expect(game.types()).toEqual(['report', 'challenge']);
    game.take({ type: 'challenged', key, token: 't' });
    game.take({ type: 'checked', key: game.effect('check').key, result: 'pending' });
    expect(game.types()).toEqual(['report', 'check', 'send']);
    expect(game.effect('check').notBefore).toBe(game.at + 20_000);
  });

  test('checks are tried again; a challenge nobody can look at for a minute is escalated', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    const { key } = game.effect('check');
    game.take({ ...failed, key });
    game.take({ type: 'checked', key, result: 'pending' });
    expect(game.effect('check')).not.toHaveProperty('failingSince');
    game.take({ ...failed, key });
    game.advance(60_000);
    game.take({ ...failed, key });
    expect(game.task().verdict).toMatchObject({ cause: 'auth-unavailable' });
    expect(game.types()).not.toContain('check');
  });

  test('a challenge that ends while the provider cannot be asked is no expiry', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    game.advance(60_000);
    game.take({ ...failed, key: game.effect('check').key });
    game.advance(30_000);
    expect(game.task().verdict).toMatchObject({ cause: 'auth-unavailable' });
  });

  test('a challenge attempted by somebody who never came back is asked anew when its time is over', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    game.attempt();
    expect(said(game.advance(90_000))).toEqual(['permission-unsure']);
  });

  test('a message that cannot be delivered: the question goes to the security team', () => {
    const game = play();
    game.alert();
    game.take({ type: 'failed', code: 'REJECTED', notSent: true, key: game.effect('send').key });
    expect(game.task().verdict).toMatchObject({ cause: 'undeliverable' });
    expect(game.types()).toEqual(['report']);
  });

  test('messages and reports are tried again, ever slower, and as late as the provider says; reports without end', () => {
    const game = play();
    game.alert();
    const { key } = game.effect('send');
    for (const wait of [1000, 2000, 4000]) {
      game.take({ ...failed, key });
      expect(game.effect('send').notBefore).toBe(game.at + wait);
    }
    game.take({ type: 'failed', code: 'RATE_LIMITED', retryAfterMs: 30_000, notSent: true, key });
    expect(game.effect('send').notBefore).toBe(game.at + 30_000);
    game.no();
    for (let i = 0; i < 30; i += 1)
      game.take({ type: 'failed', code: 'REJECTED', notSent: true, key: game.effect('report').key });
    expect(game.effect('report')).toMatchObject({ tries: 30, notBefore: game.at + 5 * MINUTE });
  });

  test('an edit only tidies up: it is let go', () => {
    const game = play();
    game.alert();
    game.deliver();
    game.yes('me');
    for (let i = 0; i < 9; i += 1) game.take({ ...failed, key: game.effect('edit').key });
    expect(game.types()).toEqual(['readiness']);
  });

  test('but not for a limit, however often it is told to wait', () => {
    const game = play();
    game.alert();
    game.deliver();
    game.yes('me');
    const { key } = game.effect('edit');
    for (let i = 0; i < 20; i += 1)
      game.take({ type: 'failed', code: 'RATE_LIMITED', retryAfterMs: 60_000, notSent: true, key });
    expect(game.types()).toContain('edit');
  });
});
