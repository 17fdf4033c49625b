import { normalise } from '@securitybot/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { fromSqlTime, hashToHex, toSqlTime } from '../values.js';
import { type Written, write, written } from './fixtures/rows.js';
import { type AlertListOptions, eachAlert, listAlerts } from './list-alerts.js';

const START = Date.UTC(2026, 2, 2, 10);
const NOBODY = Number.MAX_SAFE_INTEGER;
const LOGINS = ['ann', 'bob', 'josé', 'анна', 'straße', "o'neil"];
const TITLES = ['sudo', 'New browser', 'a%b_c\\d', 'Größe', ''];
const VERDICTS = ['confirmed', 'escalated', 'muted'] as const;
const CAUSES = ['fraud', 'flood'] as const;

/** As people and detectors write names. */
const spelt = (names: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 3 }), fc.constantFrom('', ' ', '\t', '\n '))
    .map(([name, how, blank]) => {
      const [first = ''] = name;
      const ways = [name, name.toUpperCase(), first.toUpperCase() + name.slice(1), name.toLowerCase()];
      return blank + ways[how] + blank;
    })
    .filter((name) => names.some((each) => normalise(each) === normalise(name))); // ß in capitals is another name

const time = fc.integer({ min: 0, max: 5 }).map((seconds) => START + seconds * 1000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });

const alerts: fc.Arbitrary<readonly Written[]> = fc
  .array(
    fc.record({
      ldap: spelt(LOGINS),
      title: spelt(TITLES),
      eventTime: maybe(time.map(toSqlTime)),
      status: maybe(fc.constantFrom(0, 1, 2)),
      response: maybe(fc.record({ performed: maybe(fc.boolean()), authenticated: fc.boolean() })),
      task: maybe(
        fc.record(
          {
            seenAt: maybe(time.map((ms) => ms + 7)),
            person: fc.constant('U1'),
            verdict: fc.constantFrom(...VERDICTS),
            cause: fc.constantFrom(...CAUSES),
          },
          { requiredKeys: ['seenAt'] },
        ),
      ),
    }),
    { minLength: 3, maxLength: 14, size: 'max' },
  )
  .map((all) => all.map((each, n) => written(`${n}`, each)));

const boundary = fc.tuple(time, fc.constantFrom(-1, 0, 0.5, 7, 8)).map(([ms, off]) => ms + off);
const everything = {
  usernames: fc.array(spelt([...LOGINS, 'nobody']), { maxLength: 2 }),
  titles: fc.array(spelt(TITLES), { maxLength: 2 }),
  status: fc.oneof(fc.constantFrom(0, 1, 2), fc.subarray([0, 1, 2] as const)),
  verdict: fc.constantFrom(...VERDICTS),
  cause: fc.constantFrom(...CAUSES),
  performed: fc.boolean(),
  authenticated: fc.boolean(),
  after: boundary,
  before: boundary,
} satisfies { readonly [K in keyof AlertListOptions]: fc.Arbitrary<AlertListOptions[K]> };

/** A condition or two: more would let nothing through. */
const filters: fc.Arbitrary<AlertListOptions> = fc
  .tuple(
    fc.record(everything),
    fc.subarray(Object.keys(everything), { maxLength: 2 }),
    fc.record(
      { order: fc.constantFrom('newest', 'oldest'), limit: fc.integer({ min: 1, max: 13 }) },
      { requiredKeys: [] },
    ),
  )
  .map(([all, keys, how]) => ({
    ...(Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key))) as AlertListOptions),
    ...how,
  }));

const timeOf = ({ eventTime, task }: Written) =>
  eventTime === null ? (task?.seenAt ?? NOBODY) : fromSqlTime(eventTime);

/** What a list is, said once more, without a database. */
function expected(all: readonly Written[], options: AlertListOptions): string[] {
  const { usernames = [], titles = [], status, verdict, cause, performed, authenticated, after, before } = options;
  const statuses = [status ?? []].flat();
  const among = (names: readonly string[], name: string) =>
    names.length === 0 || names.some((each) => normalise(each) === normalise(name));
  const is = <T>(wanted: T | undefined, found: T | null | undefined) => wanted === undefined || wanted === found;
  const sign = options.order === 'oldest' ? 1 : -1;
  return all
    .filter((alert) => among(usernames, alert.ldap) && among(titles, alert.title))
    .filter((alert) => statuses.length === 0 || statuses.some((each) => each === alert.status))
    .filter(({ task }) => is<string>(verdict, task?.verdict) && is<string>(cause, task?.cause))
    .filter(({ response }) => is(performed, response?.performed === true))
    .filter(({ response }) => is(authenticated, response?.authenticated === true))
    .filter((alert) => after === undefined || timeOf(alert) >= after)
    .filter((alert) => before === undefined || timeOf(alert) < before)
    .toSorted((a, b) => sign * (timeOf(a) - timeOf(b) || Buffer.compare(a.hash, b.hash)))
    .slice(0, options.limit ?? 50)
    .map(({ hash }) => hashToHex(hash));
}

await forEachEngine(({ open }) => {
  test('a list is what the filter says, of any alerts', async () => {
    const database = await open();
    const tables = ['alerts', 'alert_status', 'user_responses', 'sb_tasks'] as const;
    await fc.assert(
      fc.asyncProperty(alerts, fc.array(filters, { minLength: 12, maxLength: 16, size: 'max' }), async (all, asked) => {
        for (const table of tables) await database.db.deleteFrom(table).execute();
        await write(database, all);
        for (const options of asked) {
          const listed = await listAlerts(database, options);
          expect(listed.map(({ alert }) => alert.id)).toEqual(expected(all, options));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('nothing asked for: the newest fifty, halves and alerts of nobody among them', async () => {
    const database = await open();
    const all = Array.from({ length: 60 }, (_, n) => written(`${n}`, { eventTime: toSqlTime(START + n * 1000) }));
    await write(database, [
      ...all,
      written('half', { status: null, response: null, eventTime: '2026-03-02 11:00:00' }),
    ]);
    const listed = await listAlerts(database);
    expect(listed).toHaveLength(50);
    expect(listed[0]).toEqual({
      alert: {
        id: hashToHex(written('half').hash),
        username: 'ann',
        title: 'sudo',
        description: '',
        reason: '',
        url: '',
        eventTime: Date.UTC(2026, 2, 2, 11),
      },
      severity: null,
      status: null,
      response: null,
      seenAt: null,
      state: null,
      verdict: null,
      cause: null,
      closedAt: null,
    });
    expect(listed[1]?.alert.id).toBe(hashToHex(written('59').hash));
  });

  test('each tells what became of it', async () => {
    const database = await open();
    const { hash } = written('1');
    await database.db
      .insertInto('alerts')
      .values({ hash, ldap: 'Ann ', title: 'sudo', description: 'd', reason: 'r', url: 'u', event_time: null })
      .execute();
    await database.db.insertInto('alert_status').values({ hash, status: 2 }).execute();
    await database.db
      .insertInto('user_responses')
      .values({ hash, comment: 'was me', performed: true, authenticated: false })
      .execute();
    const task = { severity: 'high', state: 'closed', verdict: 'escalated', cause: 'push-denied' };
    await database.db
      .insertInto('sb_tasks')
      .values({ hash, person: 'U1', seen_at: 5, closed_at: 9, data: '{broken', ...task })
      .execute();
    await database.db.insertInto('sb_rejects').values({ hash, reason: 'broken', at: 1 }).execute();
    const [listed] = await listAlerts(database);
    expect(listed).toMatchObject({
      alert: { username: 'Ann ', description: 'd', reason: 'r', url: 'u', eventTime: Number.NaN },
      status: 2,
      response: { comment: 'was me', performed: true, authenticated: false },
      rejected: 'broken',
      seenAt: 5,
      closedAt: 9,
      ...task,
    });
  });

  test('a long list comes some at a time, and what is gone meanwhile is left out', async () => {
    const database = await open();
    await write(
      database,
      Array.from({ length: 250 }, (_, n) => written(`${n}`, { eventTime: toSqlTime(START + n * 1000) })),
    );
    const seen: string[] = [];
    for await (const { alert } of eachAlert(database, { limit: 1000, order: 'oldest' })) {
      if (seen.push(alert.id) === 1)
        await database.db.deleteFrom('alerts').where('hash', '=', written('249').hash).execute();
    }
    expect(seen).toEqual(Array.from({ length: 249 }, (_, n) => hashToHex(written(`${n}`).hash)));
  });

  test('a title longer than its column is found by its whole name', async () => {
    const database = await open();
    const title = `Login ${'🦊'.repeat(300)}`;
    await write(database, [
      written('1', { title: database.fit('alerts.title', title) }),
      written('2', { title: database.fit('alerts.title', `${title}!`) }),
    ]);
    const listed = await listAlerts(database, { titles: [title.toUpperCase()] });
    expect(listed.map(({ alert }) => alert.id)).toEqual([hashToHex(written('1').hash)]);
  });

  describe('what is no filter is refused', () => {
    test.each([
      [{ limit: 0 }, /a list of 0 alerts; give its limit a whole number from 1/],
      [{ limit: 1.5 }, /whole number/],
      [{ before: Number.NaN }, /before is NaN; give it ms/],
      [{ after: Number.POSITIVE_INFINITY }, /after is Infinity/],
    ])('%j', async (options, message) => {
      await expect(listAlerts(await open(), options)).rejects.toMatchObject({
        code: 'REJECTED',
        message: expect.stringMatching(message),
      });
    });
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(listAlerts(database)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^sql: listing alerts: /),
    });
  });
});
