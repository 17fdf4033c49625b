import assert from 'node:assert/strict';
import { isPluginError } from '@securitybot/core';
import { same } from '../compare.js';
import { answerOrRefusal, rejection } from '../errors.js';
import { needs, type Rule } from '../rule.js';
import { soon } from '../wait.js';
import { type AuthHarness, calm, challenge, check, settled } from './harness.js';

/** What comes of a challenge, whether it is refused at once or settled later. */
async function outcome(harness: AuthHarness, id: string, subject: string): Promise<string> {
  const answer = await answerOrRefusal('challenge', challenge(harness.auth, id, subject));
  if ('refused' in answer) return answer.refused.code;
  const end = await answerOrRefusal('check', check(harness, answer.value.token));
  return 'refused' in end ? end.refused.code : end.value;
}

/** A call that was given up: by a PluginError, or by the signal's own reason. */
async function givenUp(what: string, harness: AuthHarness, call: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await soon(harness, `${what} to end`, call);
    assert.fail(`${what} went on, though it was called off before it began`);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(isPluginError(error) || error === signal.reason, `${what} threw ${String(error)}`);
  }
}

/** Who cannot be prompted, and what goes wrong. */
export const failureRules: readonly Rule<AuthHarness>[] = [
  {
    rule: 'readiness says ready of who can be prompted, and prompts nobody, however often it is asked',
    async run({ auth, ready, prompts, restart }) {
      same('readiness', await auth.readiness(ready, calm()), { ready: true });
      same('asked again', await auth.readiness(ready, calm()), { ready: true });
      if (restart) same('by another process', await (await restart()).readiness(ready, calm()), { ready: true });
      same('prompts', await prompts(ready), []);
    },
  },
  {
    rule: 'readiness of who cannot be prompted is a value with its reason',
    async run({ auth, hindered }) {
      for (const [reason, subject] of Object.entries(hindered)) {
        same(`readiness of "${subject}"`, await auth.readiness(subject, calm()), { ready: false, reason });
      }
    },
  },
  {
    rule: 'who cannot be prompted is never approved, nor kept waiting',
    async run(harness) {
      for (const [reason, subject] of Object.entries(harness.hindered)) {
        const end = await outcome(harness, `c ${reason}`, subject);
        assert.ok(end !== 'approved' && end !== 'pending', `a challenge of who is ${reason} came to: ${end}`);
        assert.equal((await harness.prompts(subject)).length, 0, `${reason}, and prompted`);
      }
    },
  },
  {
    rule: 'a bypass is not an approval, whenever it is set',
    skip: needs('becomes'),
    async run(harness) {
      const { auth, ready, becomes } = harness;
      same('before', await auth.readiness(ready, calm()), { ready: true });
      await becomes?.(ready, 'bypassed');
      assert.equal(await outcome(harness, 'c1', ready), 'bypassed');
      same('after', await auth.readiness(ready, calm()), { ready: false, reason: 'bypassed' });
    },
  },
  {
    rule: 'an account that is locked out is not approved, whenever it is locked',
    skip: needs('becomes'),
    async run(harness) {
      await harness.becomes?.(harness.ready, 'locked-out');
      const end = await outcome(harness, 'c1', harness.ready);
      assert.ok(end === 'locked-out' || end === 'REJECTED', `it came to: ${end}`);
    },
  },
  {
    rule: 'what is called off before it begins is not done',
    async run(harness) {
      const { auth, ready, prompts } = harness;
      const { token } = await challenge(auth, 'c1', ready);
      const signal = AbortSignal.abort(new Error('the bot is stopping'));
      await givenUp('readiness', harness, auth.readiness(ready, signal), signal);
      await givenUp('challenge', harness, auth.challenge({ id: 'c2', subject: ready, reason: 'x' }, signal), signal);
      await givenUp('check', harness, auth.check(token, signal), signal);
      assert.equal((await prompts(ready)).length, 1, 'it prompted all the same');
    },
  },
  {
    rule: 'a check that waits for a change ends when it is called off',
    async run(harness) {
      const { token } = await challenge(harness.auth, 'c1', harness.ready);
      const controller = new AbortController();
      const checking = harness.auth.check(token, controller.signal).catch((error: unknown) => {
        if (isPluginError(error) || error === controller.signal.reason) return 'called off';
        throw error;
      });
      controller.abort(new Error('the bot is stopping'));
      const end = await soon(harness, 'check to end once it was called off', checking);
      assert.ok(end === 'called off' || end === 'pending', `it said: ${end}`);
      await harness.approve(harness.ready);
      assert.equal(await settled(harness, token), 'approved', 'the challenge itself is not over by that');
    },
  },
  {
    rule: 'a failure of the provider is a PluginError of its code, in every call',
    skip: needs('fail', 'mend'),
    async run({ auth, ready, fail, mend }) {
      const { token } = await challenge(auth, 'c1', ready);
      for (const code of ['UNAVAILABLE', 'RATE_LIMITED', 'BAD_CREDENTIALS'] as const) {
        await fail?.(code);
        await rejection('readiness', auth.readiness(ready, calm()), [code]);
        await rejection('challenge', challenge(auth, `c ${code}`, ready), [code]);
        await rejection('check', auth.check(token, calm()), [code]);
        await mend?.();
        same('readiness after it', await auth.readiness(ready, calm()), { ready: true });
      }
    },
  },
  {
    rule: 'when an error says that nothing was sent, nobody was prompted, and the same id may be tried again',
    skip: needs('fail', 'mend'),
    async run({ auth, ready, fail, mend, prompts }) {
      let expected = 0;
      for (const code of ['UNAVAILABLE', 'RATE_LIMITED', 'BAD_CREDENTIALS'] as const) {
        await fail?.(code);
        const error = await rejection('challenge', challenge(auth, code, ready), [code]);
        await mend?.();
        if (!error.notSent) continue;
        assert.equal((await prompts(ready)).length, expected, `${code} says that nothing was sent`);
        await challenge(auth, code, ready);
        expected += 1;
        assert.equal((await prompts(ready)).length, expected, `tried again after ${code}`);
      }
    },
  },
  {
    rule: 'when a prompt went out and the answer was lost, the error does not say that nothing was sent',
    skip: needs('loseAnswers', 'mend'),
    async run({ auth, ready, loseAnswers, mend, prompts }) {
      await loseAnswers?.();
      const error = await rejection('challenge', challenge(auth, 'c1', ready), ['UNAVAILABLE']);
      await mend?.();
      assert.equal((await prompts(ready)).length, 1, 'the harness must let the prompt out');
      assert.equal(error.notSent, false, 'it says that nothing was sent');
    },
  },
  {
    rule: 'a prompt whose answer was lost is not sent again under the same id',
    skip: (harness) => harness.forgetsIds ?? needs<AuthHarness>('loseAnswers', 'mend')(harness),
    async run({ auth, ready, loseAnswers, mend, prompts }) {
      await loseAnswers?.();
      await rejection('challenge', challenge(auth, 'c1', ready));
      await mend?.();
      await answerOrRefusal('the same challenge', challenge(auth, 'c1', ready));
      assert.equal((await prompts(ready)).length, 1);
    },
  },
];
