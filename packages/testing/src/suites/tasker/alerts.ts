import assert from 'node:assert/strict';
import { same } from '../compare.js';
import { answerOrRefusal } from '../errors.js';
import { CONTROL_TEXT, HOSTILE_TEXTS } from '../hostile.js';
import { needs, type Rule } from '../rule.js';
import type { TaskerHarness } from './harness.js';
import { assign, MINUTE, sampleAlert, seen } from './samples.js';

const ids = (alerts: readonly { readonly id: string }[]) => alerts.map(({ id }) => id);

/** How alerts come in. */
export const alertRules: readonly Rule<TaskerHarness>[] = [
  {
    rule: 'add says true for a new alert and false for a known one, whoever adds it and whoever has it',
    async run({ tasker, other }) {
      const alert = sampleAlert(1);
      assert.equal(await tasker.add(alert), true);
      assert.equal(await tasker.add(alert), false);
      assert.equal(await (await other()).add(alert), false);
      await assign(tasker, 'U1', alert);
      assert.equal(await tasker.add(alert), false);
      same('unassigned after adding again what a conversation has', (await tasker.unassigned(10)).alerts, []);
    },
  },
  {
    rule: 'add changes nothing of a known alert',
    async run({ tasker }) {
      const [first] = await seen(tasker, sampleAlert(1));
      await tasker.add(sampleAlert(1, { username: 'eve', title: 'harmless', reason: 'none' }));
      same('the alert', (await tasker.unassigned(10)).alerts, [first]);
    },
  },
  {
    rule: 'of many who add the same alert at once, exactly one is told that it is new',
    async run({ tasker, other }) {
      const taskers = [tasker, await other()];
      const added = await Promise.all(
        Array.from({ length: 60 }, (_, index) => taskers[index % 2]?.add(sampleAlert(1))),
      );
      assert.equal(added.filter(Boolean).length, 1);
      assert.equal((await tasker.unassigned(10)).alerts.length, 1);
    },
  },
  {
    rule: 'a half-written alert is invisible until somebody adds it, which counts as new',
    skip: needs('insertHalf'),
    async run({ tasker, insertHalf }) {
      await insertHalf?.(sampleAlert(1));
      same('unassigned', (await tasker.unassigned(10)).alerts, []);
      assert.equal(await tasker.add(sampleAlert(1)), true);
      assert.equal(await tasker.add(sampleAlert(1)), false);
      same('unassigned', ids((await tasker.unassigned(10)).alerts), [sampleAlert(1).id]);
    },
  },
  {
    rule: 'unassigned hands out alerts as they were added, whatever is written in them',
    async run({ tasker, other }) {
      const alerts = HOSTILE_TEXTS.map((text, index) =>
        sampleAlert(index, {
          username: `o'brien %_${index}`,
          title: text,
          description: text,
          reason: `${text}\nand a second line`,
          url: `https://splunk.example/?q=${text}`,
          ...(index % 2 === 0 && { severity: 'critical' as const }),
        }),
      );
      const expected = await seen(tasker, ...alerts);
      same(
        'the alerts',
        expected.map(({ seenAt, ...alert }) => alert),
        alerts,
      );
      same('in another process', (await (await other()).unassigned(100)).alerts, expected);
    },
  },
  {
    rule: 'evidence of any length is taken, and its beginning is handed out',
    async run({ tasker }) {
      const reason = `begins here ${'0123456789'.repeat(30_000)}`;
      const [alert] = await seen(tasker, sampleAlert(1, { reason }));
      assert.equal(alert?.reason.slice(0, 10_000), reason.slice(0, 10_000));
    },
  },
  {
    rule: 'an alert that no column can hold is cut or REJECTED, and the next one is taken',
    async run({ tasker }) {
      const long = 'x'.repeat(3000);
      const bad = [
        sampleAlert(1, { title: long }),
        sampleAlert(2, { description: long }),
        sampleAlert(3, { url: `https://splunk.example/${long}` }),
        sampleAlert(4, { username: long }),
        sampleAlert(5, { title: CONTROL_TEXT, description: CONTROL_TEXT, reason: CONTROL_TEXT, url: CONTROL_TEXT }),
      ];
      const taken: string[] = [];
      for (const alert of bad) {
        const answer = await answerOrRefusal('add', tasker.add(alert));
        if ('refused' in answer) assert.equal(answer.refused.code, 'REJECTED', answer.refused.message);
        else taken.push(alert.id);
      }
      await tasker.add(sampleAlert(6));
      same('unassigned', ids((await tasker.unassigned(100)).alerts).sort(), [...taken, sampleAlert(6).id].sort());
    },
  },
  {
    rule: 'unassigned hands out the oldest first, and no more than asked for',
    async run({ tasker }) {
      for (const number of [3, 1, 2]) await tasker.add(sampleAlert(number));
      same('the order', ids((await tasker.unassigned(10)).alerts), ids([1, 2, 3].map((number) => sampleAlert(number))));
      same('two of them', ids((await tasker.unassigned(2)).alerts), ids([1, 2].map((number) => sampleAlert(number))));
    },
  },
  {
    rule: 'an alert is stamped when it is first seen, and keeps that stamp',
    async run({ tasker, other, advance }) {
      await tasker.add(sampleAlert(1));
      const first = await tasker.unassigned(10);
      const seenAt = first.alerts[0]?.seenAt;
      assert.ok(seenAt !== undefined, 'the alert has no seenAt');
      assert.ok(seenAt <= first.now.getTime(), 'seen in the future');
      assert.ok(seenAt > first.now.getTime() - MINUTE, 'seen before it was added');
      await advance(10 * MINUTE);
      assert.equal((await tasker.unassigned(10)).alerts[0]?.seenAt, seenAt, 'asked again');
      assert.equal((await (await other()).unassigned(10)).alerts[0]?.seenAt, seenAt, 'in another process');
    },
  },
  {
    rule: 'an alert that a conversation has is not handed out, closed or no longer listed neither',
    async run({ tasker }) {
      const { tasks, ...conversation } = await assign(tasker, 'U1', sampleAlert(1), sampleAlert(2));
      const [first] = tasks;
      assert.ok(first);
      same('both assigned', (await tasker.unassigned(10)).alerts, []);
      const version = conversation.version + 1;
      const closed = { ...first, state: 'closed' as const, changedIn: version };
      assert.equal(await tasker.save({ ...conversation, tasks: [closed] }), true);
      same('one closed, one dropped', (await tasker.unassigned(10)).alerts, []);
    },
  },
  {
    rule: 'the crowd is how many logins had alerts first seen within the last minute, assigned ones too',
    async run({ tasker, advance }) {
      await assign(tasker, 'U1', sampleAlert(1, { username: 'ann' }));
      for (const number of [2, 3]) await tasker.add(sampleAlert(number, { username: 'bob' }));
      assert.equal((await tasker.unassigned(10)).crowd, 2, 'ann and bob, who has two alerts');
      await advance(2 * MINUTE);
      assert.equal((await tasker.unassigned(10)).crowd, 0, 'two minutes later');
      await tasker.add(sampleAlert(4, { username: 'eve' }));
      assert.equal((await tasker.unassigned(10)).crowd, 1, 'eve alone');
    },
  },
  {
    rule: "every now is the store's clock",
    async run({ tasker, other, advance }) {
      const second = await other();
      const clocks = async () => [
        (await tasker.unassigned(1)).now,
        (await second.load('U1')).now,
        (await tasker.claim({ leaseMs: MINUTE, limit: 1 })).now,
      ];
      const before = await clocks();
      await advance(10 * MINUTE);
      const after = await clocks();
      for (const [index, now] of after.entries()) {
        assert.ok(now instanceof Date, 'now is a Date');
        const gone = now.getTime() - (before[index]?.getTime() ?? 0);
        assert.ok(gone >= 10 * MINUTE && gone < 11 * MINUTE, `ten minutes were ${gone} ms`);
        const apart = Math.abs(now.getTime() - (after[0]?.getTime() ?? 0));
        assert.ok(apart < MINUTE, `two clocks of one store are ${apart} ms apart`);
      }
    },
  },
];
