import { type Conversation, emptyConversation, type Task } from '@securitybot/core';
import { type DatabaseOptions, hexToHash, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { alertOf, changed, idOf, taskOf, waking } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

const AT = Date.UTC(2026, 10, 24, 11);
const CONFIRMED: Partial<Task> = {
  state: 'closed',
  answer: { said: 'yes', explanation: 'It was me', at: AT },
  verdict: { kind: 'confirmed', at: AT, proof: 'challenge', mutedUntil: AT + 1000 },
};
const ESCALATED: Partial<Task> = {
  state: 'closed',
  answer: { said: 'no', explanation: 'not me', at: AT },
  verdict: { kind: 'escalated', at: AT, cause: 'denied' },
};

/** What the seed's readers find of an alert. */
async function recordOf({ db }: SqlDatabase, name: string) {
  const hash = hexToHash(idOf(name));
  const status = db.selectFrom('alert_status').select('status').where('hash', '=', hash);
  const response = db
    .selectFrom('user_responses')
    .select(['comment', 'performed', 'authenticated'])
    .where('hash', '=', hash);
  return { ...(await status.executeTakeFirst()), ...(await response.executeTakeFirst()) };
}

await forEachEngine(({ open }) => {
  const start = async (options?: DatabaseOptions) => {
    const database = await open(options);
    const tasker = createSqlTasker(database);
    const load = async (person: string) => (await tasker.load(person)).conversation;
    const owners = async () => {
      const rows = await database.db.selectFrom('sb_tasks').select(['hash', 'person']).execute();
      return Object.fromEntries(rows.map(({ hash, person }) => [Buffer.from(hash).toString('hex'), person]));
    };
    return { database, tasker, load, owners };
  };

  test('saves made at once share a transaction, and one that is refused does not hold up the others', async () => {
    const { database, load, owners } = await start();
    let transactions = 0;
    const tasker = createSqlTasker({
      ...database,
      write: (work) => {
        transactions += 1;
        return database.write(work);
      },
    });
    const next = (person: string, more: Partial<Conversation> = {}) => ({ ...emptyConversation(person), ...more });
    await tasker.save(next('stale'));
    await tasker.save(next('known', { tasks: [taskOf('taken')] }));
    transactions = 0;

    const results = await Promise.all([
      tasker.save(next('known', { version: 1, tasks: [taskOf('taken'), taskOf('own', { addedIn: 2, changedIn: 2 })] })),
      tasker.save(next('stale')),
      tasker.save(next('leased', { tasks: [taskOf('leased')] }), { id: 'nobody’s' }),
      tasker.save(next('late', { tasks: [taskOf('taken')] })),
      tasker.save(next('U1', { tasks: [taskOf('b'), taskOf('a')] })),
      tasker.save(next('U2', { tasks: [taskOf('c'), taskOf('a')] })),
    ]);

    expect(results).toEqual([true, false, false, false, true, false]);
    expect(transactions).toBe(1);
    expect(await owners()).toEqual({
      [idOf('taken')]: 'known',
      [idOf('own')]: 'known',
      [idOf('a')]: 'U1',
      [idOf('b')]: 'U1',
    });
    expect((await load('known')).version).toBe(2);
    expect((await load('U2')).version).toBe(0);
  });

  test('of two saves of one conversation made at once, the first goes through', async () => {
    const { tasker, load } = await start();
    const saves = [1, 2, 3].map((counter) => tasker.save({ ...emptyConversation('U1'), counter }));
    expect(await Promise.all(saves)).toEqual([true, false, false]);
    expect(await load('U1')).toMatchObject({ version: 1, counter: 1 });
  });

  test('of saves made at once, one that cannot be stored fails alone', async () => {
    const { tasker, load } = await start();
    const results = await Promise.allSettled([
      tasker.save(emptyConversation('U1')),
      tasker.save(emptyConversation('x'.repeat(300))),
      tasker.save(emptyConversation('U2')),
    ]);
    expect(results).toMatchObject([
      { value: true },
      { reason: { name: 'PluginError', code: 'REJECTED' } },
      { value: true },
    ]);
    expect([(await load('U1')).version, (await load('U2')).version]).toEqual([1, 1]);
  });

  test('somebody never talked to has an empty conversation, and the time', async () => {
    const { tasker } = await start({ now: () => AT });
    expect(await tasker.load('U1')).toEqual({ now: new Date(AT), conversation: emptyConversation('U1') });
  });

  test('what is saved is loaded, under the next version, tasks in their order', async () => {
    const { tasker, load } = await start();
    const conversation: Conversation = {
      ...emptyConversation('U1'),
      ...waking(AT),
      user: { name: 'Ann', username: 'ann', timeZone: 'Europe/Berlin' },
      tasks: [taskOf('c'), taskOf('a', { ...CONFIRMED }), taskOf('b')],
      questions: [{ id: 'q1', number: 1, tasks: [idOf('c')], state: 'asking', step: 1, expiries: 0 }],
      events: ['e1', 'e2'],
      answered: [{ id: 'q0', number: 3, tasks: [idOf('a')], at: AT }],
      pushes: [AT - 5, AT],
      talking: true,
      counter: 17,
    };

    expect(await tasker.save(conversation)).toBe(true);

    expect(await load('U1')).toEqual({ ...conversation, version: 1 });
  });

  test('a key that the column could not hold is rejected', async () => {
    const { tasker } = await start();
    const person = 'x'.repeat(256);
    await expect(tasker.load(person)).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(tasker.save(emptyConversation(person))).rejects.toMatchObject({ code: 'REJECTED' });
  });

  test('any other key is a key, also of what is claimed', async () => {
    const { tasker, load } = await start();
    const persons = ['', ' ', 'U1', 'u1', 'U1 ', 'U1%20', 'a\0b', '\ud800', 'login:rené', 'login:rene'];
    for (const person of persons) expect(await tasker.save({ ...emptyConversation(person), ...waking(1) })).toBe(true);

    for (const person of persons) expect(await load(person)).toMatchObject({ person, version: 1 });
    const { claimed } = await tasker.claim({ leaseMs: 1000, limit: 100 });
    expect(claimed.map(({ conversation }) => conversation.person).sort()).toEqual(persons.sort());
  });

  test('of two racing first saves, one wins', async () => {
    const { tasker, load } = await start();
    const saves = Array.from({ length: 8 }, (_, counter) => tasker.save({ ...emptyConversation('U1'), counter }));

    const saved = await Promise.all(saves);

    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await load('U1')).toMatchObject({ version: 1, counter: saved.indexOf(true) });
  });

  test('of many racing later saves, one wins, and the others change nothing', async () => {
    const { tasker, load } = await start();
    const tasks = [taskOf('a')];
    await tasker.save({ ...emptyConversation('U1'), tasks });
    const before = await load('U1');

    const saved = await Promise.all(
      Array.from({ length: 8 }, (_, pushes) =>
        tasker.save({ ...before, tasks: before.tasks.map((task) => changed(before, task, { pushes })) }),
      ),
    );

    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await load('U1')).toMatchObject({ version: 2, tasks: [{ pushes: saved.indexOf(true) }] });
    expect(await tasker.save(before)).toBe(false);
    expect(await tasker.save({ ...before, version: 3 })).toBe(false);
    expect(await tasker.save({ ...before, version: 0 })).toBe(false);
  });

  test('an alert given to many people at once ends with one of them', async () => {
    const { tasker, load, owners } = await start();
    await tasker.add(alertOf('a'));
    await tasker.unassigned(1);
    const persons = Array.from({ length: 8 }, (_, n) => `U${n}`);
    await tasker.save(emptyConversation('U0'));

    const saved = await Promise.all(
      persons.map(async (person) =>
        tasker.save({ ...(await load(person)), tasks: [taskOf('a', { addedIn: 2, changedIn: 2 })] }),
      ),
    );

    const winner = persons[saved.indexOf(true)];
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await owners()).toEqual({ [idOf('a')]: winner });
    for (const person of persons) expect((await load(person)).tasks).toHaveLength(person === winner ? 1 : 0);
  });

  test('the same for an alert that no table of ours has seen', async () => {
    const { tasker, owners } = await start();

    const saved = await Promise.all(
      ['U1', 'U2', 'U3'].map((person) =>
        tasker.save({ ...emptyConversation(person), tasks: [taskOf('a'), taskOf('b')] }),
      ),
    );

    expect(saved.filter(Boolean)).toHaveLength(1);
    const winner = `U${saved.indexOf(true) + 1}`;
    expect(await owners()).toEqual({ [idOf('a')]: winner, [idOf('b')]: winner });
  });

  test('a save that is refused for one task leaves nothing of the others', async () => {
    const { database, tasker, load, owners } = await start();
    await tasker.add(alertOf('free'));
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('taken')] });

    const refused = { ...emptyConversation('U2'), tasks: [taskOf('free'), taskOf('taken', ESCALATED), taskOf('new')] };
    expect(await tasker.save(refused)).toBe(false);

    expect(await load('U2')).toEqual(emptyConversation('U2'));
    expect(await owners()).toEqual({ [idOf('free')]: null, [idOf('taken')]: 'U1' });
    expect(await recordOf(database, 'free')).toMatchObject({ status: 0 });
    expect(await recordOf(database, 'taken')).toMatchObject({ status: 1 });
    expect(await recordOf(database, 'new')).toEqual({});
  });

  test('a task cannot be added a second time, not even by the one who has it', async () => {
    const { tasker, load } = await start();
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a', CONFIRMED)] });
    await tasker.save({ ...(await load('U1')), tasks: [] });

    expect(await tasker.save({ ...(await load('U1')), tasks: [taskOf('a', { addedIn: 3, changedIn: 3 })] })).toBe(
      false,
    );
  });

  test('the seed’s rows follow: 1 on assignment, 2 with the answer once closed', async () => {
    const { database, tasker, load } = await start();
    for (const name of ['a', 'b', 'c']) await tasker.add(alertOf(name));
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a'), taskOf('b'), taskOf('c')] });
    const open = { status: 1, comment: '', performed: 0, authenticated: 0 };
    for (const name of ['a', 'b', 'c']) expect(await recordOf(database, name)).toEqual(open);

    const before = await load('U1');
    const [a, b, c] = before.tasks;
    if (!a || !b || !c) throw new Error('tasks are missing');
    const answered = changed(before, c, { state: 'confirming', answer: { said: 'yes', explanation: 'me', at: AT } });
    const tasks = [changed(before, a, CONFIRMED), changed(before, b, ESCALATED), answered];
    expect(await tasker.save({ ...before, tasks })).toBe(true);

    expect(await recordOf(database, 'a')).toEqual({ status: 2, comment: 'It was me', performed: 1, authenticated: 1 });
    expect(await recordOf(database, 'b')).toEqual({ status: 2, comment: 'not me', performed: 0, authenticated: 0 });
    expect(await recordOf(database, 'c')).toEqual(open);
    const rows = await database.db
      .selectFrom('sb_tasks')
      .select(['person', 'state', 'verdict', 'cause', 'closed_at'])
      .orderBy('state')
      .orderBy('verdict')
      .execute();
    expect(rows).toEqual([
      { person: 'U1', state: 'closed', verdict: 'confirmed', cause: null, closed_at: AT },
      { person: 'U1', state: 'closed', verdict: 'escalated', cause: 'denied', closed_at: AT },
      { person: 'U1', state: 'confirming', verdict: null, cause: null, closed_at: null },
    ]);
  });

  test('the seed’s rows are made where they are missing', async () => {
    const { database, tasker, load } = await start();
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a')] });
    await database.db.deleteFrom('alert_status').execute();
    await database.db.deleteFrom('user_responses').execute();

    const before = await load('U1');
    await tasker.save({ ...before, tasks: before.tasks.map((task) => changed(before, task, ESCALATED)) });

    expect(await recordOf(database, 'a')).toEqual({ status: 2, comment: 'not me', performed: 0, authenticated: 0 });
  });

  test('only tasks that changed are written', async () => {
    const { tasker, load } = await start();
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a'), taskOf('b')] });
    const before = await load('U1');
    const [a, b] = before.tasks;
    if (!a || !b) throw new Error('tasks are missing');

    await tasker.save({ ...before, tasks: [{ ...a, pushes: 9 }, changed(before, b, { pushes: 8 })] });

    expect((await load('U1')).tasks.map(({ pushes }) => pushes)).toEqual([0, 8]);
  });

  test('a closed task that is no longer listed stays stored, and is not loaded', async () => {
    const { database, tasker, load } = await start();
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a', CONFIRMED), taskOf('b')] });
    const before = await load('U1');

    await tasker.save({ ...before, tasks: before.tasks.slice(1) });

    expect((await load('U1')).tasks.map(({ alert }) => alert.id)).toEqual([idOf('b')]);
    const stored = await database.db.selectFrom('sb_tasks').select('data').where('closed_at', '=', AT).execute();
    expect(stored.map(({ data }) => JSON.parse(data ?? ''))).toEqual([taskOf('a', CONFIRMED)]);
  });

  test('when it was first seen, and how severe its maker called it, stay as first recorded', async () => {
    const { database, tasker } = await start({ now: () => AT });
    await tasker.add(alertOf('a', { severity: 'high' }));
    await tasker.unassigned(1);

    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a'), taskOf('new')] });

    const rows = await database.db.selectFrom('sb_tasks').select(['seen_at', 'severity']).orderBy('seen_at').execute();
    expect(rows).toEqual([
      { seen_at: taskOf('new').alert.seenAt, severity: null },
      { seen_at: AT, severity: 'high' },
    ]);
  });

  test('thousands of tasks are saved and loaded', async () => {
    const { database, tasker, load } = await start();
    const tasks = Array.from({ length: 2100 }, (_, n) => taskOf(`t${n}`));
    for (const { alert } of tasks.slice(0, 5)) await tasker.add(alert);

    expect(await tasker.save({ ...emptyConversation('flood:brake'), tasks })).toBe(true);

    expect((await load('flood:brake')).tasks).toEqual(tasks);
    const { count } = await database.db
      .selectFrom('alert_status')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('status', '=', 1)
      .executeTakeFirstOrThrow();
    expect(count).toBe(2100);
  });
});
