import assert from 'node:assert/strict';
import type { Claimed, Conversation, Tasker } from '@securitybot/core';
import { same } from '../compare.js';
import type { Rule } from '../rule.js';
import { byId, type TaskerHarness } from './harness.js';
import { assign, dueAt, fullConversation, MINUTE, sampleAlert, saveDue, seen } from './samples.js';

const people = (claimed: readonly Claimed[]) => claimed.map(({ conversation }) => conversation.person);

async function claim(tasker: Tasker, leaseMs = MINUTE, limit = 10): Promise<readonly Claimed[]> {
  return (await tasker.claim({ leaseMs, limit })).claimed;
}

async function claimOne(tasker: Tasker, leaseMs = MINUTE): Promise<Claimed> {
  const [first, ...rest] = await claim(tasker, leaseMs);
  assert.ok(first, 'nothing was handed out, though a conversation is due and nobody has it');
  same('and nothing else', people(rest), []);
  return first;
}

async function nobodyIsDue(what: string, tasker: Tasker): Promise<void> {
  same(what, people(await claim(tasker)), []);
}

/** How conversations are handed out, and held. */
export const claimRules: readonly Rule<TaskerHarness>[] = [
  {
    rule: 'claim hands out a conversation once its time has come, not before, and none without a time',
    async run({ tasker, advance }) {
      const { conversation } = await tasker.load('U0');
      await tasker.save(conversation);
      await saveDue(tasker, 'U1', 10 * MINUTE);
      await advance(9 * MINUTE);
      await nobodyIsDue('a minute early', tasker);
      await advance(MINUTE);
      same('in time', people(await claim(tasker)), ['U1']);
    },
  },
  {
    rule: 'a conversation is due at the first of its times: effects, deadlines of tasks and questions, challenges',
    async run({ tasker, advance }) {
      const alerts = await seen(tasker, ...[1, 2, 3].map((number) => sampleAlert(number)));
      const { now } = await tasker.load('nobody');
      const at = now.getTime();
      const late = at + 100 * MINUTE;
      const conversations = alerts.map((alert, index): Conversation => {
        const full = fullConversation(`U${index + 1}`, [alert], 'text');
        const outbox = full.outbox.map((effect) => ({ ...effect, notBefore: late }));
        const [task] = full.tasks;
        const [question] = full.questions;
        assert.ok(task && question);
        const { challenge, ...unproven } = question;
        switch (index) {
          case 0:
            return { ...full, outbox, questions: [], tasks: [{ ...task, state: 'asking', deadline: at + MINUTE }] };
          case 1:
            return { ...full, outbox, questions: [{ ...unproven, state: 'confirming', deadline: at + 2 * MINUTE }] };
          default:
            return {
              ...full,
              outbox,
              questions: [{ ...unproven, challenge: { id: 'c', expiresAt: at + 3 * MINUTE } }],
            };
        }
      });
      for (const conversation of conversations) assert.equal(await tasker.save(conversation), true);
      await nobodyIsDue('before the first', tasker);
      for (const conversation of conversations) {
        await advance(MINUTE);
        same('the next', people(await claim(tasker, 100 * MINUTE)), [conversation.person]);
      }
    },
  },
  {
    rule: 'claim hands out the longest due first, and no more than asked for',
    async run({ tasker, advance }) {
      await saveDue(tasker, 'U2', 2 * MINUTE);
      await saveDue(tasker, 'U3', 3 * MINUTE);
      await saveDue(tasker, 'U1', MINUTE);
      await advance(5 * MINUTE);
      same('two of three', people(await claim(tasker, MINUTE, 2)), ['U1', 'U2']);
      same('the third', people(await claim(tasker, MINUTE, 2)), ['U3']);
    },
  },
  {
    rule: 'claim hands out the conversation whole, as it was saved',
    async run({ tasker, other }) {
      const alerts = await seen(tasker, sampleAlert(1), sampleAlert(2));
      const next = fullConversation('U1', alerts, 'text');
      await tasker.save(next);
      const { conversation } = await claimOne(await other());
      same('the conversation', byId(conversation), byId({ ...next, version: 1 }));
    },
  },
  {
    rule: 'of hundreds of conversations, each goes to one of many claimers who race for them',
    async run({ tasker, other }) {
      const everybody = Array.from({ length: 300 }, (_, index) => `U${index}`);
      await Promise.all(everybody.map((person) => saveDue(tasker, person)));
      const taskers = [tasker, await other(), await other()];
      const got: string[] = [];
      const leases = new Set<string>();
      const racer = async (own: Tasker) => {
        for (let dry = 0; dry < 3; ) {
          const claimed = await claim(own, 60 * MINUTE, 7);
          dry = claimed.length === 0 ? dry + 1 : 0;
          got.push(...people(claimed));
          for (const { lease } of claimed) leases.add(lease);
        }
      };
      await Promise.all(Array.from({ length: 9 }, (_, index) => racer(taskers[index % 3] ?? tasker)));
      same('who was handed out', got.sort(), everybody.sort());
      assert.equal(leases.size, everybody.length, 'two claims have one lease');
    },
  },
  {
    rule: 'a conversation under a lease goes to nobody else until the lease has run out',
    async run({ tasker, other, advance }) {
      await saveDue(tasker, 'U1');
      const second = await other();
      const first = await claimOne(tasker, 10 * MINUTE);
      await nobodyIsDue('at once', second);
      await advance(9 * MINUTE);
      await nobodyIsDue('shortly before', second);
      await advance(2 * MINUTE);
      const next = await claimOne(second);
      assert.notEqual(next.lease, first.lease, 'the lease that ran out was given again');
    },
  },
  {
    rule: 'a lease ends by save',
    async run({ tasker, other }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker);
      assert.equal(await tasker.save(conversation, { id: lease }), true);
      const again = await claimOne(await other());
      assert.equal(await tasker.save(again.conversation, { id: lease }), false, 'saved with a lease that has ended');
    },
  },
  {
    rule: 'save with keepMs extends the lease from now, and only then',
    async run({ tasker, other, advance }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker, 10 * MINUTE);
      await advance(8 * MINUTE);
      assert.equal(await tasker.save(conversation, { id: lease, keepMs: 10 * MINUTE }), true);
      await advance(8 * MINUTE);
      await nobodyIsDue('within the extended lease', await other());
      const next = { ...conversation, version: conversation.version + 1 };
      assert.equal(await tasker.save(next, { id: lease, keepMs: 10 * MINUTE }), true, 'saved while it is held');
      await advance(11 * MINUTE);
      await claimOne(await other());
    },
  },
  {
    rule: 'save with a lease that begins holds the conversation as a claim does, also a first save',
    async run({ tasker, other, advance }) {
      const second = await other();
      const begins = { id: 'mine', keepMs: 10 * MINUTE, begins: true } as const;
      const { now, conversation: fresh } = await tasker.load('U1');
      const due = dueAt(fresh, now.getTime());
      assert.equal(await tasker.save(due, begins), true, 'the first save');
      await nobodyIsDue('it is held', second);
      assert.equal(await second.save({ ...due, version: 1 }, { id: 'mine' }), true, 'its holder saves, and ends it');
      const { conversation, lease } = await claimOne(second);
      assert.equal(await second.save(conversation, { id: lease }), true);
      assert.equal(await tasker.save({ ...conversation, version: 3 }, { ...begins, id: 'again' }), true);
      await nobodyIsDue('it is held again', second);
      await advance(11 * MINUTE);
      await claimOne(second);
    },
  },
  {
    rule: 'save with a lease that begins is refused while somebody holds one, and writes nothing',
    async run({ tasker, other, advance }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker, 10 * MINUTE);
      const begins = { id: 'mine', keepMs: MINUTE, begins: true } as const;
      const second = await other();
      assert.equal(await second.save({ ...conversation, talking: true }, begins), false, 'it was held');
      same('what is stored', (await second.load('U1')).conversation, conversation);
      assert.equal(await tasker.save(conversation, { id: lease, keepMs: 10 * MINUTE }), true, 'its holder goes on');
      await advance(11 * MINUTE);
      const next = { ...conversation, version: conversation.version + 1 };
      assert.equal(await second.save(next, begins), true, 'it has run out');
    },
  },
  {
    rule: 'save with a lease that has run out is refused, and writes nothing',
    async run({ tasker, other, advance }) {
      const { version } = await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker);
      await advance(2 * MINUTE);
      const late = { ...conversation, talking: true };
      assert.equal(await tasker.save(late, { id: lease }), false, 'nobody else has taken it yet');
      const second = await other();
      const taken = await claimOne(second);
      assert.equal(await tasker.save(late, { id: lease, keepMs: MINUTE }), false, 'somebody else has it');
      same('what is stored', (await tasker.load('U1')).conversation, { ...conversation, version });
      assert.equal(
        await second.save(taken.conversation, { id: taken.lease }),
        true,
        'the other lost its lease by that',
      );
    },
  },
  {
    rule: 'save with a made-up lease, or with that of another conversation, is refused',
    async run({ tasker }) {
      await saveDue(tasker, 'U1');
      const { lease } = await claimOne(tasker);
      const other = await saveDue(tasker, 'U2');
      const { conversation: fresh } = await tasker.load('U3');
      for (const id of [lease, 'made up', '', "' or '1'='1"]) {
        assert.equal(await tasker.save(other, { id }), false, `accepted for U2: "${id}"`);
        assert.equal(await tasker.save(fresh, { id }), false, `accepted for U3, never saved: "${id}"`);
      }
    },
  },
  {
    rule: 'save without a lease leaves that of somebody else as it is',
    async run({ tasker, other, advance }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker, 10 * MINUTE);
      const second = await other();
      assert.equal(await second.save({ ...conversation, talking: true }), true, 'an answer must not wait for a lease');
      await advance(5 * MINUTE);
      await nobodyIsDue('it is held still', second);
      assert.equal(await tasker.save(conversation, { id: lease }), false, 'saved over the answer');
      const { conversation: fresh } = await tasker.load('U1');
      assert.equal(fresh.talking, true);
      assert.equal(await tasker.save(fresh, { id: lease }), true, 'its holder may go on with it');
    },
  },
  {
    rule: 'a lease is known by its id alone: another process may save with it',
    async run({ tasker, other }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker);
      assert.equal(await (await other()).save(conversation, { id: lease }), true);
    },
  },
  {
    rule: 'a conversation whose time is over by what was saved is not handed out any more',
    async run({ tasker }) {
      await saveDue(tasker, 'U1');
      const { conversation, lease } = await claimOne(tasker);
      assert.equal(await tasker.save({ ...conversation, outbox: [] }, { id: lease }), true);
      await nobodyIsDue('nothing is left to do', tasker);
      const { now, conversation: idle } = await tasker.load('U1');
      assert.equal(await tasker.save(dueAt(idle, now.getTime())), true);
      await claimOne(tasker);
    },
  },
  {
    rule: 'tasks that are closed make nothing due',
    async run({ tasker, advance }) {
      const { tasks, ...conversation } = await assign(tasker, 'U1', sampleAlert(1));
      const version = conversation.version + 1;
      const closed = tasks.map((task) => ({ ...task, state: 'closed' as const, changedIn: version }));
      assert.equal(await tasker.save({ ...conversation, tasks: closed }), true);
      await advance(1000 * MINUTE);
      await nobodyIsDue('long after its deadline', tasker);
    },
  },
];
