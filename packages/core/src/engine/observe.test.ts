import { expect, test } from 'vitest';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import { world } from './fixtures.js';
import type { Observation } from './observe.js';

type Seen<T extends Observation['type']> = Observation & { readonly type: T };

function only<T extends Observation['type']>(seen: readonly Observation[], type: T): readonly Seen<T>[] {
  return seen.filter((observation): observation is Seen<T> => observation.type === type);
}

test('a question is told when it is out, and an answer with how long the person took', async () => {
  const setup = world();
  const bot = setup.bot();
  await bot.start();
  setup.chat.failNext(2, 'RATE_LIMITED', { on: 'send' });
  const alert = await setup.raise();
  await setup.clock.advance(500);
  expect(only(setup.seen, 'asked')).toEqual([]);
  await setup.clock.advance(10_000);
  expect(only(setup.seen, 'asked')).toMatchObject([{ alert }]);
  expect(only(setup.seen, 'asked')[0]?.afterMs).toBeGreaterThanOrEqual(3000); // tried again after 1 s and 2 s
  const sent = only(setup.seen, 'effect').filter(({ effect }) => effect === 'send');
  expect(sent.map(({ tries, code }) => [tries, code])).toEqual([
    [0, 'RATE_LIMITED'],
    [1, 'RATE_LIMITED'],
    [2, undefined],
  ]);

  await setup.clock.advance(60_000);
  await setup.chat.say('ann', 'yes, it was me');
  await bot.idle();
  const [answered, ...others] = only(setup.seen, 'answered');
  expect(answered).toMatchObject({ alert, said: 'yes' });
  expect(answered?.afterMs).toBeGreaterThanOrEqual(60_000);
  await setup.chat.say('ann', 'yes'); // to the push: that is no answer
  await bot.idle();
  setup.auth.approve('ann');
  await bot.idle();
  expect(only(setup.seen, 'verdict')).toMatchObject([{ verdict: { kind: 'confirmed' } }]);
  expect(others).toEqual([]);
  expect(only(setup.seen, 'asked')).toHaveLength(1);
  await bot.stop();
});

test('every call of a provider is told, with the turn it belongs to', async () => {
  const setup = world();
  const bot = setup.bot();
  await bot.start();
  await setup.raise();
  await bot.idle();
  await setup.chat.say('ann', 'yes');
  await bot.idle();
  await setup.chat.say('ann', 'yes');
  await bot.idle();
  setup.auth.approve('ann');
  await bot.idle();
  await bot.stop();

  const calls = only(setup.seen, 'call');
  const counted = (provider: string) => calls.filter((call) => call.provider === provider).map(({ call }) => call);
  const methods = (from: readonly { method: string }[]) =>
    from.map(({ method }) => method).filter((method) => method !== 'start' && method !== 'stop');
  expect(counted('chat').toSorted()).toEqual(methods(setup.chat.calls).toSorted());
  expect(counted('auth').toSorted()).toEqual(methods(setup.auth.calls).toSorted());

  const turns = new Map(only(setup.seen, 'turn').map(({ turn, kind }) => [turn, kind]));
  const kinds = calls.map(({ call, turn }) => `${call} in ${turn === undefined ? 'none' : turns.get(turn)}`);
  expect([...new Set(kinds)].toSorted()).toEqual([
    'challenge in work',
    'check in none', // from memory, while the push is out
    'edit in work',
    'findUser in intake',
    'findUser in message',
    'readiness in work',
    'send in work',
  ]);
  expect(new Set(only(setup.seen, 'turn').map(({ turn }) => turn)).size).toBe(only(setup.seen, 'turn').length);
});

test('a turn that fails is told with the code', async () => {
  const setup = world();
  const bot = setup.bot();
  await bot.start();
  setup.line.isDown = true;
  await setup.clock.advance(5000);
  const failed = only(setup.seen, 'turn').filter(({ code }) => code !== undefined);
  expect(new Set(failed.map(({ kind, code }) => `${kind}: ${code}`))).toEqual(
    new Set(['intake: UNAVAILABLE', 'claim: UNAVAILABLE']),
  );
  await bot.stop();
});

test('a claim is told only where the store was asked: not while all hands are full', async () => {
  const setup = world({ concurrency: 1 });
  let sends = 0;
  let hangUp = () => {};
  const hanging: Chat = {
    ...setup.chat,
    async send(to, message) {
      if (sends++ > 0) return setup.chat.send(to, message);
      return new Promise((_, reject) => {
        hangUp = () => reject(new PluginError('UNAVAILABLE', 'the line is dead'));
      });
    },
  };
  const bot = setup.bot({ chat: hanging });
  await bot.start();
  await setup.raise();
  await setup.clock.advance(2000);
  const claims = () => only(setup.seen, 'turn').filter(({ kind }) => kind === 'claim').length;
  const before = claims();
  await setup.clock.advance(60_000);
  expect(claims()).toBe(before);
  hangUp();
  await setup.clock.advance(1000);
  expect(claims()).toBeGreaterThan(before);
  await bot.stop();
});

test('a process with nothing to do looks for new alerts and for what is due at the same time, once a poll', async () => {
  const setup = world();
  const bot = setup.bot();
  await bot.start();
  await setup.clock.advance(100);
  bot.wake(); // one look out of turn does not part them
  await setup.clock.advance(1000);
  setup.line.calls.length = 0;
  const before = setup.clock.now();
  const looks: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    await setup.clock.advance(100);
    for (const _ of setup.line.calls.splice(0)) looks.push(setup.clock.now() - before);
  }
  expect(looks).toHaveLength(6);
  expect(new Set(looks).size).toBe(3);
  await bot.stop();
});
