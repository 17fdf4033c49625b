import { type Conversation, emptyConversation } from '@securitybot/core';
import type { DatabaseOptions } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { taskOf, waking } from './fixtures/samples.js';
import type { SqlTaskerReject } from './options.js';
import { createSqlTasker } from './tasker.js';

const START = Date.UTC(2026, 10, 24, 10);
const LEASE_MS = 30_000;
const ALL = { leaseMs: LEASE_MS, limit: 1000 };

const due = (person: string, at: number, more: Partial<Conversation> = {}): Conversation => ({
  ...emptyConversation(person),
  ...waking(at),
  ...more,
});

await forEachEngine(({ name, open }) => {
  const start = async (options?: DatabaseOptions) => {
    const database = await open(options);
    return { database, tasker: createSqlTasker(database) };
  };
  /** At a time that the test says. */
  const startAt = async () => {
    const clock = { now: START };
    return { clock, ...(await start({ now: () => clock.now })) };
  };
  const personsOf = ({ claimed }: { claimed: readonly { conversation: Conversation }[] }) =>
    claimed.map(({ conversation }) => conversation.person);

  test('what is due is handed out whole, longest due first', async () => {
    const { tasker } = await startAt();
    const tasks = [taskOf('b'), taskOf('a')];
    await tasker.save(due('late', START - 1000));
    await tasker.save(due('later', START - 2000, { tasks }));
    await tasker.save(due('now', START));
    await tasker.save(due('in a moment', START + 1));
    await tasker.save(emptyConversation('never'));

    const claim = await tasker.claim(ALL);

    expect(claim.now).toEqual(new Date(START));
    expect(personsOf(claim)).toEqual(['later', 'late', 'now']);
    expect(claim.claimed[0]?.conversation).toEqual(due('later', START - 2000, { version: 1, tasks }));
  });

  test('no more than asked for are handed out, the rest to the next', async () => {
    const { tasker } = await startAt();
    for (const [n, person] of ['c', 'a', 'b'].entries()) await tasker.save(due(person, START - 100 + n));

    expect(personsOf(await tasker.claim({ ...ALL, limit: 2 }))).toEqual(['c', 'a']);
    expect(personsOf(await tasker.claim({ ...ALL, limit: 2 }))).toEqual(['b']);
    expect(personsOf(await tasker.claim({ ...ALL, limit: 2 }))).toEqual([]);
  });

  test('hundreds of racing claimers hand out each due conversation once', async () => {
    const { tasker } = await startAt();
    const persons = Array.from({ length: 120 }, (_, n) => `U${String(n).padStart(3, '0')}`);
    for (const [n, person] of persons.entries()) await tasker.save(due(person, START - 1000 + n));
    const others = await Promise.all([
      open({ now: () => START }),
      open({ now: () => START }),
      open({ now: () => START }),
    ]);
    const taskers = [tasker, ...others.map((database) => createSqlTasker(database))];

    const claims = await Promise.all(
      Array.from({ length: 300 }, (_, n) => taskers[n % taskers.length]?.claim({ leaseMs: LEASE_MS, limit: 3 })),
    );
    // Those who came while others held the rows went away with nothing; one more round takes what they left.
    const rest = await tasker.claim(ALL);

    const claimed = [...claims, rest].flatMap((claim) => (claim ? personsOf(claim) : []));
    expect(claimed.sort()).toEqual(persons);
    const leases = [...claims, rest].flatMap((claim) => claim?.claimed.map(({ lease }) => lease) ?? []);
    expect(new Set(leases).size).toBe(persons.length);
  });

  if (name !== 'SQLite')
    test('a claim does not wait for what somebody else is about to write', async () => {
      const { database, tasker } = await startAt();
      await tasker.save(due('held', START - 1));
      await tasker.save(due('free', START));

      await database.write(async (trx) => {
        await trx.updateTable('sb_conversations').set({ data: '{}' }).where('person', '=', 'held').execute();
        expect(personsOf(await tasker.claim(ALL))).toEqual(['free']);
      });
    });

  test('with as many claimers as there is work, none goes away with nothing', async () => {
    const { tasker } = await startAt();
    for (let n = 0; n < 16; n++) await tasker.save(due(`U${n}`, START - 1000 + n));

    const claims = await Promise.all(Array.from({ length: 8 }, () => tasker.claim({ leaseMs: LEASE_MS, limit: 2 })));

    expect(claims.map(({ claimed }) => claimed.length)).toEqual(Array(8).fill(2));
  });

  test('a lease that ran out can be claimed by somebody else, and its holder is refused', async () => {
    const { clock, tasker } = await startAt();
    await tasker.save(due('U1', START));
    const first = (await tasker.claim(ALL)).claimed[0];
    if (!first) throw new Error('nothing was claimed');
    clock.now = START + LEASE_MS - 1;
    expect((await tasker.claim(ALL)).claimed).toEqual([]);

    clock.now = START + LEASE_MS;

    expect(await tasker.save(first.conversation, { id: first.lease })).toBe(false);
    const second = (await tasker.claim(ALL)).claimed[0];
    expect(second?.conversation).toEqual(first.conversation);
    expect(second?.lease).not.toBe(first.lease);
    expect(await tasker.save(first.conversation, { id: first.lease, keepMs: 1000 })).toBe(false);
    expect((await tasker.load('U1')).conversation.version).toBe(1);
    expect(await tasker.save(first.conversation, { id: second?.lease ?? '' })).toBe(true);
  });

  test('saving with the lease ends it, or with keepMs extends it from now', async () => {
    const { clock, tasker } = await startAt();
    await tasker.save(due('U1', START));
    const [first] = (await tasker.claim(ALL)).claimed;
    if (!first) throw new Error('nothing was claimed');
    const lease = { id: first.lease };
    clock.now += LEASE_MS - 1;

    expect(await tasker.save(first.conversation, { ...lease, keepMs: 5000 })).toBe(true);
    clock.now += 4999;
    expect((await tasker.claim(ALL)).claimed).toEqual([]);
    expect(await tasker.save({ ...first.conversation, version: 2 }, lease)).toBe(true);
    expect(await tasker.save({ ...first.conversation, version: 3 }, lease)).toBe(false);
    expect(personsOf(await tasker.claim(ALL))).toEqual(['U1']);
  });

  test('saving without the lease leaves it to its holder, who has to load again', async () => {
    const { clock, tasker } = await startAt();
    await tasker.save(due('U1', START));
    const [claimed] = (await tasker.claim(ALL)).claimed;
    if (!claimed) throw new Error('nothing was claimed');
    const { conversation, lease } = claimed;

    expect(await tasker.save({ ...conversation, talking: true })).toBe(true);

    expect((await tasker.claim(ALL)).claimed).toEqual([]);
    expect(await tasker.save(conversation, { id: lease })).toBe(false);
    const { conversation: again } = await tasker.load('U1');
    expect(again).toEqual({ ...conversation, version: 2, talking: true });
    expect(await tasker.save({ ...again, ...waking(START + 5) }, { id: lease })).toBe(true);
    clock.now = START + 4;
    expect((await tasker.claim(ALL)).claimed).toEqual([]);
    clock.now = START + 5;
    expect(personsOf(await tasker.claim(ALL))).toEqual(['U1']);
  });

  test('after a lease that ran out, saving without one sets when it is due', async () => {
    const { clock, tasker } = await startAt();
    await tasker.save(due('U1', START));
    const [claimed] = (await tasker.claim(ALL)).claimed;
    if (!claimed) throw new Error('nothing was claimed');
    clock.now += LEASE_MS;

    expect(await tasker.save({ ...claimed.conversation, outbox: [] })).toBe(true);

    expect((await tasker.claim(ALL)).claimed).toEqual([]);
    expect(await tasker.save({ ...claimed.conversation, version: 2, ...waking(clock.now) })).toBe(true);
    expect(personsOf(await tasker.claim(ALL))).toEqual(['U1']);
  });

  test('a lease that was never given is refused, also for a first save', async () => {
    const { tasker } = await startAt();
    expect(await tasker.save(due('U1', START), { id: 'x' })).toBe(false);
    await tasker.save(due('U1', START));

    expect(await tasker.save(due('U1', START, { version: 1 }), { id: 'x' })).toBe(false);
    expect(await tasker.save(due('U1', START, { version: 1 }), { id: '' })).toBe(false);
    expect((await tasker.load('U1')).conversation.version).toBe(1);
  });

  test.for([
    ['{', /JSON/],
    ['{}', /lists no tasks/],
    ['null', /./],
    ['{"tasks":["x"]}', /64 lower-case hex digits/],
    [JSON.stringify({ tasks: ['0'.repeat(64)] }), /task 0{64} is not in sb_tasks/],
  ] as const)('a conversation that says %s is told of, and holds up no other', async ([data, reason]) => {
    const { clock, database } = await startAt();
    const rejects: SqlTaskerReject[] = [];
    const tasker = createSqlTasker(database, { onReject: (reject) => rejects.push(reject) });
    await tasker.save(due('broken', START - 1));
    await tasker.save(due('good', START, { tasks: [taskOf('a')] }));
    await database.db.updateTable('sb_conversations').set({ data }).where('person', '=', 'broken').execute();

    expect(personsOf(await tasker.claim(ALL))).toEqual(['good']);
    expect(personsOf(await tasker.claim(ALL))).toEqual([]);

    const expected = { person: 'broken', reason: expect.stringMatching(reason) };
    expect(rejects).toEqual([expected]);
    clock.now += LEASE_MS;
    await tasker.claim(ALL);
    expect(rejects).toEqual([expected, expected]);
    const loading = tasker.load('broken');
    await expect(loading).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringMatching(reason) });
  });

  test('leases are on the database’s clock', async () => {
    const { database, tasker } = await start();
    const now = (await database.now()).getTime();
    await tasker.save(due('U1', now - 10_000));

    const claim = await tasker.claim({ leaseMs: 60_000, limit: 1 });

    expect(claim.now.getTime()).toBeGreaterThanOrEqual(now);
    expect(personsOf(await tasker.claim(ALL))).toEqual([]);
    const row = await database.db.selectFrom('sb_conversations').select('lease_until').executeTakeFirst();
    expect(row?.lease_until).toBeGreaterThanOrEqual(claim.now.getTime() + 60_000);
    expect(row?.lease_until).toBeLessThan(claim.now.getTime() + 70_000);
  });
});
