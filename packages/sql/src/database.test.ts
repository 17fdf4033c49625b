import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openDatabase, type SqlDatabase } from './database.js';
import { forEachEngine } from './testing.js';
import { hashToHex } from './values.js';

const HOSTILE = [
  `'"\`\\'); drop table alerts; -- \\`,
  "\\' or 1=1 #",
  '%_!$1 ? :name {0} {{x}}',
  '\u202e\u0007\u001b[31m\r\n\t <script>alert(1)</script> <!channel>',
  '🦊 жук ﷽ e\u0301 \u{10ffff}',
  ' leading and trailing ',
  '',
];

/** Ends the server's side of every other connection to this database. */
async function killOthers({ engine, db }: SqlDatabase): Promise<void> {
  if (engine === 'postgres') {
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(db);
    return;
  }
  const { rows } = await sql<{ id: number }>`select id from information_schema.processlist
    where db = database() and id <> connection_id()`.execute(db);
  for (const { id } of rows) await sql`kill ${sql.lit(id)}`.execute(db);
}

await forEachEngine(({ name, open, create }) => {
  test('the clock is in ms since the epoch, and moves', async () => {
    const database = await open();
    const before = Date.now();
    const first = (await database.now()).getTime();
    await expect.poll(async () => (await database.now()).getTime()).toBeGreaterThan(first);
    // The servers are on this machine.
    expect(first).toBeGreaterThanOrEqual(before - 1000);
    expect(first).toBeLessThan(Date.now() + 1000);
  });

  test('the clock counts in the arithmetic of statements', async () => {
    const { db, nowMs } = await open();
    const query = sql<{ future: number }>`select ${nowMs()} + ${sql.lit(60_000)} as future`;
    const { rows } = await query.execute(db);
    expect(rows[0]?.future).toBeGreaterThan(Date.now() + 30_000);
  });

  test('an injected clock takes the place of the database’s', async () => {
    let now = 0;
    const database = await open({ now: () => now });
    expect(await database.now()).toEqual(new Date(0));
    now = Date.UTC(2030, 0, 1) + 0.75;
    expect(await database.now()).toEqual(new Date(Date.UTC(2030, 0, 1)));
    await database.db
      .insertInto('sb_rejects')
      .values({ hash: Buffer.alloc(32), reason: '', at: database.nowMs() })
      .execute();
    const row = await database.db.selectFrom('sb_rejects').select('at').executeTakeFirst();
    expect(row?.at).toBe(Date.UTC(2030, 0, 1));
  });

  test('text of any kind comes back as it was', async () => {
    const database = await open();
    const { db } = database;
    for (const [i, text] of HOSTILE.entries()) {
      const hash = Buffer.alloc(32, i);
      const row = { ldap: database.fit('alerts.ldap', text), title: text, description: text, reason: text, url: text };
      await db
        .insertInto('alerts')
        .values({ hash, ...row })
        .execute();
      const found = await db.selectFrom('alerts').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow();
      expect(found).toEqual({ ...row, hash: found.hash, event_time: null });
      expect(hashToHex(found.hash)).toBe(hashToHex(hash));
      expect(await db.selectFrom('alerts').select('hash').where('reason', '=', text).execute()).toHaveLength(1);
    }
  });

  test('what was made to fit can be written', async () => {
    const database = await open();
    const { db } = database;
    const text = `\0\ud800${'🦊'.repeat(70_000)}`;
    await db
      .insertInto('alerts')
      .values({
        hash: Buffer.alloc(32),
        ldap: database.fit('alerts.ldap', text),
        title: database.fit('alerts.title', text),
        description: database.fit('alerts.description', text),
        reason: database.fit('alerts.reason', text),
        url: database.fit('alerts.url', text),
      })
      .execute();
    const row = await db.selectFrom('alerts').selectAll().executeTakeFirstOrThrow();
    expect(row.description).toMatch(/^\ufffd\ufffd(🦊){252}…$/u);
    expect(row.reason?.startsWith('\ufffd\ufffd🦊')).toBe(true);
  });

  test('booleans are read as numbers', async () => {
    const { db } = await open();
    const hash = Buffer.alloc(32);
    await db.insertInto('user_responses').values({ hash, performed: true, authenticated: false }).execute();
    const row = await db.selectFrom('user_responses').selectAll().where('performed', '=', 1).executeTakeFirst();
    expect(row).toMatchObject({ comment: null, performed: 1, authenticated: 0 });
  });

  test('an updated row counts, though nothing in it changed', async () => {
    const { db } = await open();
    await db.insertInto('blacklist').values({ ldap: 'ann' }).execute();
    const { numUpdatedRows } = await db.updateTable('blacklist').set({ ldap: 'ann' }).executeTakeFirst();
    expect(numUpdatedRows).toBe(1n);
  });

  test('a transaction that fails leaves nothing', async () => {
    const { db, write } = await open();
    const failing = write(async (trx) => {
      await trx.insertInto('blacklist').values({ ldap: 'ann' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await db.selectFrom('blacklist').selectAll().execute()).toEqual([]);
  });

  test('concurrent counters lose no step', async () => {
    const databases = await Promise.all([open(), open(), open()]);
    const [{ db }] = databases;
    await db.insertInto('sb_conversations').values({ person: 'U1', version: 0, data: '' }).execute();
    const increments = databases.flatMap(({ engine, write }) =>
      Array.from({ length: 5 }, () =>
        write(async (trx) => {
          let query = trx.selectFrom('sb_conversations').select('version').where('person', '=', 'U1');
          if (engine !== 'sqlite') query = query.forUpdate();
          const { version } = await query.executeTakeFirstOrThrow();
          await trx
            .updateTable('sb_conversations')
            .set({ version: version + 1 })
            .execute();
        }),
      ),
    );
    await Promise.all(increments);
    expect(await db.selectFrom('sb_conversations').select('version').executeTakeFirst()).toEqual({ version: 15 });
  });

  test('chat ids are case-sensitive', async () => {
    const { db } = await open();
    const row = { version: 1, data: '{}' };
    await db
      .insertInto('sb_conversations')
      .values([
        { person: 'u1', ...row },
        { person: 'U1', ...row },
      ])
      .execute();
    expect(await db.selectFrom('sb_conversations').select('person').where('person', '=', 'U1').execute()).toEqual([
      { person: 'U1' },
    ]);
  });

  test('closing twice closes once; afterwards it is unavailable', async () => {
    const database = await openDatabase(await create());
    await Promise.all([database.close(), database.close()]);
    await database.close();
    await expect(database.write(async () => {})).rejects.toThrow(/destroyed/);
  });

  if (name === 'SQLite') return; // there is no server to lose
  describe('on a server', () => {
    test('a transaction sees what others commit meanwhile', async () => {
      const [ours, theirs] = await Promise.all([open(), open()]);
      const count = await ours.write(async (trx) => {
        await trx.selectFrom('blacklist').selectAll().execute();
        await theirs.db.insertInto('blacklist').values({ ldap: 'ann' }).execute();
        return (await trx.selectFrom('blacklist').selectAll().execute()).length;
      });
      expect(count).toBe(1);
    });

    test('the victim of a deadlock runs again', async () => {
      const database = await open();
      const hashes = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
      for (const hash of hashes) await database.db.insertInto('alert_status').values({ hash, status: 0 }).execute();
      const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let attempts = 0;
      const crossing = [0, 1].map((me) =>
        database.write(async (trx) => {
          attempts += 1;
          for (const hash of [hashes[me], hashes[1 - me]] as Buffer[]) {
            await trx.updateTable('alert_status').set({ status: 1 }).where('hash', '=', hash).execute();
            reached[me]?.resolve();
            await reached[1 - me]?.promise;
          }
        }),
      );
      await Promise.all(crossing);
      expect(attempts).toBeGreaterThan(2);
    });

    test('a connection lost before the commit: the work runs again, and counts once', async () => {
      const [ours, killer] = await Promise.all([open({ poolSize: 2 }), open({ poolSize: 1 })]);
      let attempts = 0;
      await ours.write(async (trx) => {
        attempts += 1;
        await trx.insertInto('blacklist').values({ ldap: 'ann' }).execute();
        if (attempts === 1) await killOthers(killer);
        await trx.insertInto('blacklist').values({ ldap: 'bob' }).execute();
      });
      expect(attempts).toBe(2);
      expect(await ours.db.selectFrom('blacklist').selectAll().execute()).toHaveLength(2);
    });

    test('a connection lost in the commit is said, not repeated', async () => {
      const [ours, killer] = await Promise.all([open(), open({ poolSize: 1 })]);
      let attempts = 0;
      const lost = ours.write(async (trx) => {
        attempts += 1;
        await trx.insertInto('blacklist').values({ ldap: 'ann' }).execute();
        await killOthers(killer);
      });
      await expect(lost).rejects.toThrow();
      expect(attempts).toBe(1);
    });

    test('connections lost while idle are replaced', async () => {
      const [ours, killer] = await Promise.all([open(), open({ poolSize: 1 })]);
      await Promise.all([ours.now(), ours.now(), ours.now()]);
      await killOthers(killer);
      await expect.poll(() => ours.now().then(() => 'answers', String), { timeout: 10_000 }).toBe('answers');
      expect(await ours.write(async (trx) => trx.selectFrom('blacklist').selectAll().execute())).toEqual([]);
    });

    test('a wrong database or user is a matter of credentials', async () => {
      const url = new URL(await create());
      url.pathname = '/securitybot_nowhere';
      await expect(openDatabase(url.href)).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
      url.username = 'securitybot_nobody';
      url.password = 's3cret';
      const refusal = openDatabase(url.href);
      await expect(refusal).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
      await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') });
    });

    test('a server that is not there is unavailable, nothing was sent', async () => {
      const url = new URL(await create());
      url.port = '1';
      await expect(openDatabase(url.href)).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    });
  });
});
