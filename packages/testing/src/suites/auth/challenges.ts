import assert from 'node:assert/strict';
import { same } from '../compare.js';
import { answerOrRefusal } from '../errors.js';
import { CONTROL_TEXT } from '../hostile.js';
import { needs, type Rule } from '../rule.js';
import { soon } from '../wait.js';
import { type AuthHarness, calm, challenge, check, settled } from './harness.js';

const remembers = (harness: AuthHarness) => harness.forgetsIds ?? needs<AuthHarness>('restart')(harness);

/** How people are prompted, and how their answers come back. */
export const challengeRules: readonly Rule<AuthHarness>[] = [
  {
    rule: 'challenge prompts its subject once and nobody else, and resolves when the prompt is out, not when it is answered',
    async run(harness) {
      const { auth, ready, other, prompts } = harness;
      const { token, hint, url } = await soon(harness, 'challenge to resolve', challenge(auth, 'c1', ready));
      assert.ok(typeof token === 'string' && token !== '', 'a challenge without a token');
      assert.ok(hint === undefined || hint !== '', 'an empty hint');
      assert.ok(url === undefined || /^https?:\/\//.test(url), 'a url that no chat makes a link of');
      assert.equal((await prompts(ready)).length, 1, 'prompts of the subject');
      if (other !== undefined) assert.equal((await prompts(other)).length, 0, 'prompts of somebody else');
      assert.equal(await check(harness, token), 'pending');
    },
  },
  {
    rule: 'what the person approves is approved',
    async run(harness) {
      const { token } = await challenge(harness.auth, 'c1', harness.ready);
      await harness.approve(harness.ready);
      assert.equal(await settled(harness, token), 'approved');
    },
  },
  {
    rule: 'what the person denies is denied',
    async run(harness) {
      const { token } = await challenge(harness.auth, 'c1', harness.ready);
      await harness.deny(harness.ready);
      assert.equal(await settled(harness, token), 'denied');
    },
  },
  {
    rule: 'what the person did not ask for is fraud, not merely denied',
    skip: needs('fraud'),
    async run(harness) {
      const { token } = await challenge(harness.auth, 'c1', harness.ready);
      await harness.fraud?.(harness.ready);
      assert.equal(await settled(harness, token), 'fraud');
    },
  },
  {
    rule: 'what nobody answers in time is expired',
    skip: needs('expire'),
    async run(harness) {
      const { token } = await challenge(harness.auth, 'c1', harness.ready);
      await harness.expire?.(harness.ready);
      assert.equal(await settled(harness, token), 'expired');
    },
  },
  {
    rule: 'check is safe to repeat: what is settled stays so, in any process',
    async run(harness) {
      const { auth, ready, approve, restart } = harness;
      const { token } = await challenge(auth, 'c1', ready);
      await approve(ready);
      assert.equal(await settled(harness, token), 'approved');
      assert.equal(await check(harness, token), 'approved', 'asked again');
      if (restart) assert.equal(await check(harness, token, await restart()), 'approved', 'asked by another process');
    },
  },
  {
    rule: 'a challenge that was sent by one process is settled by another',
    skip: needs('restart'),
    async run(harness) {
      const { auth, ready, approve, restart } = harness;
      const { token } = await challenge(auth, 'c1', ready);
      const next = await restart?.();
      assert.equal(await check(harness, token, next), 'pending');
      await approve(ready);
      assert.equal(await settled(harness, token, next), 'approved');
    },
  },
  {
    rule: 'one id prompts once, however often it is asked for',
    async run({ auth, ready, prompts }) {
      await challenge(auth, 'c1', ready);
      await answerOrRefusal('the same challenge again', challenge(auth, 'c1', ready));
      await answerOrRefusal('and again', challenge(auth, 'c1', ready, 'other words'));
      assert.equal((await prompts(ready)).length, 1);
    },
  },
  {
    rule: 'one id prompts once, when it is asked for many times at once',
    async run({ auth, ready, prompts }) {
      const asked = Array.from({ length: 5 }, () => answerOrRefusal('a challenge', challenge(auth, 'c1', ready)));
      const answers = await Promise.all(asked);
      assert.ok(
        answers.some((answer) => 'value' in answer),
        'nobody got a token',
      );
      assert.equal((await prompts(ready)).length, 1);
    },
  },
  {
    rule: 'one id prompts once, in another process too',
    skip: remembers,
    async run({ auth, ready, prompts, restart }) {
      await challenge(auth, 'c1', ready);
      const next = (await restart?.()) ?? auth;
      await answerOrRefusal('the same challenge after a restart', challenge(next, 'c1', ready));
      assert.equal((await prompts(ready)).length, 1);
    },
  },
  {
    rule: 'another id is another prompt with a result of its own',
    async run(harness) {
      const { auth, ready, prompts, approve, deny } = harness;
      const first = await challenge(auth, 'c1', ready);
      await approve(ready);
      assert.equal(await settled(harness, first.token), 'approved');
      const second = await challenge(auth, 'c2', ready);
      assert.equal((await prompts(ready)).length, 2);
      assert.notEqual(second.token, first.token, 'two challenges have one token');
      assert.equal(await check(harness, second.token), 'pending', 'an earlier approval counts for a later challenge');
      await deny(ready);
      assert.equal(await settled(harness, second.token), 'denied');
    },
  },
  {
    rule: 'the approval of one person proves nothing about another',
    skip: needs('other'),
    async run(harness) {
      const { auth, ready, other = '', approve, deny } = harness;
      const mine = await challenge(auth, 'c1', ready);
      const theirs = await challenge(auth, 'c2', other);
      await approve(other);
      assert.equal(await settled(harness, theirs.token), 'approved');
      assert.equal(await check(harness, mine.token), 'pending');
      await deny(ready);
      assert.equal(await settled(harness, mine.token), 'denied');
    },
  },
  {
    rule: 'a token that nobody was given is never approved',
    async run(harness) {
      const { auth, ready, approve } = harness;
      const { token } = await challenge(auth, 'c1', ready);
      await approve(ready);
      assert.equal(await settled(harness, token), 'approved');
      const made = [
        '',
        'x',
        '../auth',
        '__proto__',
        'null',
        '{}',
        CONTROL_TEXT,
        `${token}x`,
        `x${token}`,
        'x'.repeat(10_000),
      ];
      for (const one of made) {
        const answer = await answerOrRefusal('check', soon(harness, 'check', auth.check(one, calm())));
        if ('value' in answer) assert.notEqual(answer.value, 'approved', `for the token ${JSON.stringify(one)}`);
      }
    },
  },
  {
    rule: 'the reason is shown as it is, whatever characters are in it',
    async run({ auth, ready, prompts }) {
      const reasons = ['sudo & su = "root"? 100% <b>sure</b>; a+b', 'emoji 🚀, 漢字, é'];
      for (const [index, reason] of reasons.entries()) {
        await challenge(auth, `c${index}`, ready, reason);
        const shown = (await prompts(ready))[index]?.reason;
        if (shown !== undefined) assert.ok(shown.includes(reason), `"${reason}" is shown as "${shown}"`);
      }
    },
  },
  {
    rule: 'a reason too long or garbled is cut or cleaned, and the prompt goes out',
    async run({ auth, ready, prompts }) {
      const reasons = [`It begins here. ${'x'.repeat(100_000)}`, `It begins here. ${CONTROL_TEXT}`];
      for (const [index, reason] of reasons.entries()) {
        await challenge(auth, `c${index}`, ready, reason);
        const seen = await prompts(ready);
        assert.equal(seen.length, index + 1, 'no prompt went out');
        const shown = seen[index]?.reason ?? 'It begins here.';
        assert.ok(shown.includes('It begins here.'), `it is shown as "${shown.slice(0, 200)}"`);
      }
    },
  },
  {
    rule: 'a subject is one account: no text in it reaches another',
    async run({ auth, ready, other = 'somebody-else', prompts }) {
      const odd = [
        `nobody&username=${ready}`,
        `${other}\n${ready}`,
        `nobody?user=${ready}`,
        `../${ready}`,
        `${ready}\u0000`,
        '',
      ];
      for (const [index, subject] of odd.entries()) {
        const readiness = await answerOrRefusal('readiness', auth.readiness(subject, calm()));
        if ('value' in readiness) assert.equal(readiness.value.ready, false, `"${subject}" is ready`);
        await answerOrRefusal('challenge', challenge(auth, `c${index}`, subject));
      }
      same('prompts of others', [...(await prompts(ready)), ...(await prompts(other))], []);
    },
  },
];
