import assert from 'node:assert/strict';
import { emptyConversation, recordOf, type Task, type Tasker, type Verdict } from '@securitybot/core';
import { same } from '../compare.js';
import { rejection } from '../errors.js';
import { CONTROL_TEXT, HOSTILE_TEXTS } from '../hostile.js';
import { needs, type Rule } from '../rule.js';
import { byId, saved, type TaskerHarness } from './harness.js';
import { assign, fullConversation, MINUTE, sampleAlert, sampleTask, saveDue, seen } from './samples.js';

async function isStored(what: string, tasker: Tasker, expected: Parameters<typeof byId>[0]): Promise<void> {
  same(what, byId((await tasker.load(expected.person)).conversation), byId(expected));
}

/** How conversations are written and read. */
export const saveRules: readonly Rule<TaskerHarness>[] = [
  {
    rule: 'load gives an empty conversation of version 0 for a person never talked to',
    async run({ tasker }) {
      await isStored('U1', tasker, emptyConversation('U1'));
      await isStored('asked again', tasker, emptyConversation('U1'));
    },
  },
  {
    rule: 'what is saved is what is loaded, one version on, in any process and whatever is written in it',
    async run({ tasker, other }) {
      const second = await other();
      for (const [index, text] of [...HOSTILE_TEXTS, CONTROL_TEXT, 'long '.repeat(60_000)].entries()) {
        const alerts = await seen(tasker, sampleAlert(2 * index), sampleAlert(2 * index + 1));
        const next = fullConversation(`U${index}`, alerts, text);
        assert.equal(await tasker.save(next), true);
        await isStored('in another process', second, saved(next));
      }
    },
  },
  {
    rule: 'people whose keys differ only by case, accents or blanks are different people',
    async run({ tasker }) {
      const keys = ['U1', 'u1', 'U1 ', 'Ü1', 'login:ann', 'LOGIN:ann', "login:o'brien", 'flood:%', '👩‍💻'];
      for (const key of keys) assert.equal(await tasker.save({ ...emptyConversation(key), events: [key] }), true);
      for (const key of keys) await isStored(key, tasker, { ...emptyConversation(key), version: 1, events: [key] });
    },
  },
  {
    rule: 'save of an older version is refused, and writes nothing',
    async run({ tasker, record }) {
      const stored = await assign(tasker, 'U1', sampleAlert(1));
      const [alert] = await seen(tasker, sampleAlert(2));
      assert.ok(alert);
      for (const version of [stored.version - 1, stored.version + 1]) {
        const tasks: Task[] = [
          ...stored.tasks.map((task) => ({ ...task, state: 'closed' as const, changedIn: version + 1 })),
          sampleTask(alert, version + 1),
        ];
        assert.equal(await tasker.save({ ...stored, version, tasks, talking: true }), false, `of version ${version}`);
      }
      await isStored('what is stored', tasker, stored);
      same('the new alert is still open', (await tasker.unassigned(10)).alerts, [alert]);
      if (record) assert.equal((await record(sampleAlert(1).id))?.status, 1, 'its row says that it is closed');
    },
  },
  {
    rule: 'a refused save leaves the lease as it was',
    async run({ tasker, other, advance }) {
      await saveDue(tasker, 'U1');
      const { claimed } = await tasker.claim({ leaseMs: 10 * MINUTE, limit: 1 });
      const [first] = claimed;
      assert.ok(first, 'nothing was handed out');
      const old = { ...first.conversation, version: 0 };
      await advance(8 * MINUTE);
      assert.equal(await tasker.save(old, { id: first.lease, keepMs: 60 * MINUTE }), false);
      assert.equal(await tasker.save(old, { id: first.lease }), false);
      same('held still', (await (await other()).claim({ leaseMs: MINUTE, limit: 1 })).claimed, []);
      await advance(3 * MINUTE);
      assert.equal((await (await other()).claim({ leaseMs: MINUTE, limit: 1 })).claimed.length, 1, 'extended');
    },
  },
  {
    rule: 'of many who save the same version at once, exactly one does',
    async run({ tasker, other }) {
      const taskers = [tasker, await other()];
      for (const version of [0, 1, 2]) {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            taskers[index % 2]?.save({ ...emptyConversation('U1'), version, events: [`${version}/${index}`] }),
          ),
        );
        assert.equal(results.filter(Boolean).length, 1, `of version ${version}`);
        const winner = results.indexOf(true);
        await isStored('the winner', tasker, {
          ...emptyConversation('U1'),
          version: version + 1,
          events: [`${version}/${winner}`],
        });
      }
    },
  },
  {
    rule: 'save with a new task that belongs to a conversation already is refused, and writes nothing',
    async run({ tasker }) {
      const mine = await assign(tasker, 'U1', sampleAlert(1));
      const [free] = await seen(tasker, sampleAlert(2));
      const [taken] = mine.tasks;
      assert.ok(free && taken);
      const { conversation } = await tasker.load('U2');
      const tasks = [sampleTask(free, 1), sampleTask(taken.alert, 1)];
      assert.equal(await tasker.save({ ...conversation, tasks }), false, 'of another conversation');
      await isStored('theirs', tasker, emptyConversation('U2'));
      await isStored('mine', tasker, mine);
      same('the free alert', (await tasker.unassigned(10)).alerts, [free]);
      const dropped = { ...mine, tasks: [] };
      assert.equal(await tasker.save(dropped), true);
      const again = { ...saved(dropped), tasks: [sampleTask(taken.alert, mine.version + 2)] };
      assert.equal(await tasker.save(again), false, 'of the same conversation, which had dropped it');
    },
  },
  {
    rule: 'of many conversations that take one alert at once, exactly one gets it',
    async run({ tasker, other }) {
      const taskers = [tasker, await other()];
      const alerts = await seen(tasker, sampleAlert(1), sampleAlert(2));
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          // In either order, as two processes would: that must not end in a deadlock.
          const order = index % 4 < 2 ? alerts : alerts.toReversed();
          const tasks = order.map((alert) => sampleTask(alert, 1));
          return taskers[index % 2]?.save({ ...emptyConversation(`U${index}`), tasks });
        }),
      );
      assert.equal(results.filter(Boolean).length, 1);
      for (const [index, won] of results.entries()) {
        const { conversation } = await tasker.load(`U${index}`);
        assert.equal(conversation.tasks.length, won ? 2 : 0, `U${index}`);
      }
    },
  },
  {
    rule: 'a task that is no longer listed is not loaded, and stays stored',
    async run({ tasker, record }) {
      const { tasks, ...conversation } = await assign(tasker, 'U1', sampleAlert(1), sampleAlert(2));
      const [first, second] = tasks;
      assert.ok(first && second);
      const version = conversation.version + 1;
      const closed = { ...first, state: 'closed' as const, changedIn: version };
      assert.equal(await tasker.save({ ...conversation, tasks: [closed, second] }), true);
      const next = { ...conversation, version, tasks: [second] };
      assert.equal(await tasker.save(next), true);
      await isStored('without it', tasker, saved(next));
      assert.equal(await tasker.add(sampleAlert(1)), false, 'its alert is new again');
      if (record) assert.equal((await record(sampleAlert(1).id))?.status, 2, 'its row is gone');
    },
  },
  {
    rule: 'the rows that other tools read follow from the task: status, comment, performed, authenticated',
    skip: needs('record'),
    async run({ tasker, record }) {
      const verdicts: readonly Verdict[] = [
        { kind: 'confirmed', at: 1, proof: 'challenge' },
        { kind: 'confirmed', at: 1, proof: 'waived' },
        { kind: 'escalated', at: 1, cause: 'fraud' },
        { kind: 'escalated', at: 1, cause: 'no-answer' },
        { kind: 'muted', at: 1, reason: 'asked an hour ago' },
      ];
      const alerts = verdicts.map((_, index) => sampleAlert(index));
      await tasker.add(sampleAlert(0));
      const open = { status: 0, comment: '', performed: false, authenticated: false };
      same('before it is assigned', await record?.(sampleAlert(0).id), open);
      const { tasks, ...conversation } = await assign(tasker, 'U1', ...alerts);
      same('assigned', await record?.(sampleAlert(0).id), { ...open, status: 1 });
      const closed = tasks.map((task, index) => ({
        ...task,
        state: 'closed' as const,
        changedIn: conversation.version + 1,
        ...(index < 3 && { answer: { said: 'yes' as const, explanation: `it's "me" ${index}`, at: 1 } }),
        ...(verdicts[index] && { verdict: verdicts[index] }),
      }));
      assert.equal(await tasker.save({ ...conversation, tasks: closed }), true);
      for (const task of closed) same('closed', await record?.(task.alert.id), recordOf(task));
    },
  },
  {
    rule: 'somebody who loads while others save never sees half of a save',
    async run({ tasker, other }) {
      const alerts = Array.from({ length: 12 }, (_, index) => sampleAlert(index));
      let stored = await assign(tasker, 'U1', ...alerts);
      const second = await other();
      let saving = true;
      const read = async () => {
        while (saving) {
          const { conversation } = await second.load('U1');
          const marks = conversation.tasks.map(({ pushes }) => pushes);
          same('marks of one save', [...new Set([conversation.counter, ...marks])], [conversation.counter]);
          assert.equal(marks.length, alerts.length);
          // Let go of the thread: a store in memory would otherwise read for ever.
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      };
      const reading = read();
      reading.catch(() => {}); // awaited at the end
      for (let mark = 1; mark <= 40; mark += 1) {
        const version = stored.version + 1;
        const tasks = stored.tasks.map((task) => ({ ...task, pushes: mark, changedIn: version }));
        const next = { ...stored, counter: mark, tasks };
        assert.equal(await tasker.save(next), true);
        stored = { ...next, version };
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      saving = false;
      await reading;
    },
  },
  {
    rule: 'a store that cannot be reached is a PluginError, UNAVAILABLE or BAD_CREDENTIALS',
    skip: needs('unreachable'),
    async run({ unreachable }) {
      const tasker = await unreachable?.();
      assert.ok(tasker);
      const codes = ['UNAVAILABLE', 'BAD_CREDENTIALS'] as const;
      await rejection('add', tasker.add(sampleAlert(1)), codes);
      await rejection('unassigned', tasker.unassigned(1), codes);
      await rejection('claim', tasker.claim({ leaseMs: MINUTE, limit: 1 }), codes);
      await rejection('load', tasker.load('U1'), codes);
      await rejection('save', tasker.save(emptyConversation('U1')), codes);
    },
  },
];
