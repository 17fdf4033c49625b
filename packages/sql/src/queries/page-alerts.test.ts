import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { forEachEngine } from '../testing.js';
import { hashToHex, toSqlTime } from '../values.js';
import { hashOf, write, written } from './fixtures/rows.js';
import { listAlerts } from './list-alerts.js';
import { type AlertPageOptions, pageAlerts } from './page-alerts.js';

const START = Date.UTC(2026, 2, 2);
const at = (second: number) => toSqlTime(START + second * 1000);
const idOf = (seed: string) => hashToHex(hashOf(seed));

/** All pages; `between` happens after each. */
async function readOn(database: SqlDatabase, options: AlertPageOptions, between = async (_: number) => {}) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await pageAlerts(database, { ...options, ...(cursor !== undefined && { cursor }) });
    pages.push(page.alerts.map(({ alert }) => alert.id));
    cursor = page.next;
    await between(pages.length);
  } while (cursor !== undefined);
  return pages;
}

await forEachEngine(({ open }) => {
  test('pages of any size are the list, whatever comes or is first seen meanwhile', async () => {
    const database = await open({ now: () => START + 100_000 });
    // Few times for many alerts, so that pages end within one second; some with no time, of which some nobody has seen.
    const kind = fc.record({ second: fc.integer({ min: 0, max: 3 }), timed: fc.boolean(), seen: fc.boolean() });
    const tables = ['alerts', 'alert_status', 'user_responses', 'sb_tasks'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { minLength: 1, maxLength: 14, size: 'max' }),
        fc.constantFrom('newest', 'oldest'),
        fc.integer({ min: 1, max: 6 }),
        async (kinds, order, limit) => {
          for (const table of tables) await database.db.deleteFrom(table).execute();
          const all = kinds.map(({ second, timed, seen }, n) =>
            written(`${n}`, {
              eventTime: timed ? at(second) : null,
              task: seen ? { seenAt: START + second * 1000 + 7 } : null,
            }),
          );
          await write(database, all);
          const before = (await listAlerts(database, { order })).map(({ alert }) => alert.id);
          const pages = await readOn(database, { order, limit }, async (page) => {
            const more = { task: { seenAt: START + 100_000 + page } };
            await write(database, [
              written(`more ${page}`, { eventTime: at(order === 'newest' ? 50 + page : -50 - page), ...more }),
              written(`somewhere ${page}`, { eventTime: at(page % 4) }),
            ]);
            // What nobody had seen is seen.
            await database.db
              .insertInto('sb_tasks')
              .columns(['hash', 'seen_at'])
              .expression(
                database.db
                  .selectFrom('alerts')
                  .select(({ lit }) => ['hash', lit(START + 100_000 + page).as('seen_at')])
                  .where('event_time', 'is', null)
                  .where('hash', 'not in', database.db.selectFrom('sb_tasks').select('hash')),
              )
              .execute();
          });
          expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
          const read = pages.flat();
          expect(new Set(read).size).toBe(read.length);
          expect(read.filter((id) => before.includes(id))).toEqual(before);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a full last page says that it is the last', async () => {
    const database = await open();
    await write(
      database,
      Array.from({ length: 4 }, (_, n) => written(`${n}`)),
    );
    expect(await readOn(database, { limit: 2 })).toHaveLength(2);
    expect(await pageAlerts(database, { limit: 4 })).not.toHaveProperty('next');
  });

  test('what is gone meanwhile is left out, and what stood behind it comes', async () => {
    const database = await open();
    const all = Array.from({ length: 6 }, (_, n) => written(`${n}`, { eventTime: at(n) }));
    await write(database, all);
    const pages = await readOn(database, { limit: 2, order: 'oldest' }, async (page) => {
      if (page !== 1) return;
      for (const seed of ['1', '2']) await database.db.deleteFrom('alerts').where('hash', '=', hashOf(seed)).execute();
    });
    expect(pages).toEqual([['0', '1'].map(idOf), ['3', '4'].map(idOf), ['5'].map(idOf)]);
  });

  describe('a search', () => {
    const texts = {
      one: {
        ldap: 'Ann',
        title: 'sudo on web-1',
        description: 'Root shell',
        reason: 'sudo -i',
        url: 'https://a.example',
      },
      two: { ldap: 'bob', title: '50% off_by', description: '', reason: 'Zürich!', url: '' },
      three: { ldap: 'cleo', title: 'sudo', description: 'x', reason: '', url: '' },
    };
    const fill = async ({ db }: SqlDatabase) => {
      for (const [seed, text] of Object.entries(texts))
        await db
          .insertInto('alerts')
          .values({ hash: hashOf(seed), ...text, event_time: at(1) })
          .execute();
      await db
        .insertInto('user_responses')
        .values({ hash: hashOf('three'), comment: 'It was me 🦊', performed: true, authenticated: true })
        .execute();
    };
    test.each([
      ['SUDO', ['one', 'three']],
      ['sudo  web', ['one']],
      ['ann', ['one']],
      ['root', ['one']],
      ['a.example', ['one']],
      ['sudo cleo me', ['three']],
      ['🦊', ['three']],
      ['50%', ['two']],
      ['f_b', ['two']],
      ['w_b', []],
      ['zürich!', ['two']],
      ["' or 1=1 --", []],
      [idOf('two').slice(0, 9).toUpperCase(), ['two']],
      [' \0 ', ['one', 'two', 'three']],
    ])('%j', async (search, found) => {
      const database = await open();
      await fill(database);
      const { alerts } = await pageAlerts(database, { search });
      expect(alerts.map(({ alert }) => alert.id).toSorted()).toEqual(found.map(idOf).toSorted());
    });

    test('goes through so many alerts a page, and in the end through all', async () => {
      const database = await open();
      await write(
        database,
        Array.from({ length: 23 }, (_, n) =>
          written(`${n}`, { eventTime: n % 9 === 4 ? null : at(n >> 2), ldap: n % 7 === 0 ? 'found' : 'other' }),
        ),
      );
      for (const order of ['newest', 'oldest'] as const) {
        const everything = await listAlerts(database, { order, search: 'found' });
        const pages = await readOn(database, { order, search: 'found', limit: 2, searched: 5 });
        expect(pages.length).toBeGreaterThan(3);
        expect(pages.flat().toSorted()).toEqual(everything.map(({ alert }) => alert.id).toSorted());
      }
    });
  });

  test('a cursor that somebody made up is refused, or begins somewhere', async () => {
    const database = await open();
    await write(database, [written('1')]);
    const wires = [
      ['newest', 1, ['garbage', 'zz'], 0],
      ['newest', -1, ['0000-00-00 00:00:00', ''], [1.5, 'abc']],
      ['newest', 1, 0, [1e300, '']],
      ['newest', 1, ['\u0000', ''], 0],
    ];
    for (const wire of wires) {
      const cursor = Buffer.from(JSON.stringify(wire)).toString('base64url');
      const page = pageAlerts(database, { cursor }).then(
        ({ alerts }) => alerts.length <= 1,
        ({ code }) => code === 'REJECTED',
      );
      expect(await page, JSON.stringify(wire)).toBe(true);
    }
  });

  test.each(['', 'x', 'bnVsbA', '{}', Buffer.from('["oldest",1,0,0]').toString('base64url'), '🦊'])(
    'the cursor %j is none',
    async (cursor) => {
      await expect(pageAlerts(await open(), { cursor })).rejects.toMatchObject({
        code: 'REJECTED',
        message: expect.stringContaining('cursor'),
      });
    },
  );

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(pageAlerts(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
