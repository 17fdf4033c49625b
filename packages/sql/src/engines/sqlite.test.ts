import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database.js';
import { migrate } from '../migrations/migrate.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'bot.db');

test('what was committed survives a power failure, and readers do not wait for writers', async () => {
  const database = await openDatabase(`sqlite:${path()}`);
  const pragma = async (name: string) => (await sql.raw(`pragma ${name}`).execute(database.db)).rows[0];
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
  await database.close();
});

test.each(['sqlite::memory:', 'SQLite::memory:'])('%s is a database of its own', async (url) => {
  const [one, two] = await Promise.all([openDatabase(url), openDatabase(url)]);
  await migrate(one);
  expect(await two.db.introspection.getTables()).toEqual([]);
  await Promise.all([one.close(), two.close()]);
});

test('slashes after the colon are those of a URL', async () => {
  const [one, two] = await Promise.all([openDatabase(`sqlite:${path()}`), openDatabase(`sqlite://${path()}`)]);
  await migrate(one);
  expect(await migrate(two)).toEqual([]);
  await Promise.all([one.close(), two.close()]);
});

test('while somebody else holds the lock, writes wait, and the process does not', async () => {
  const database = await openDatabase(`sqlite:${path()}`);
  await migrate(database);
  const other = new DatabaseSync(path());
  other.exec("begin immediate; insert into blacklist values ('theirs')");
  let wrote = false;
  const write = database
    .write((trx) => trx.insertInto('blacklist').values({ ldap: 'ours' }).execute())
    .then(() => {
      wrote = true;
    });

  // The event loop turns while the write waits.
  const turns: boolean[] = [];
  while (turns.length < 5) {
    await new Promise((resolve) => setImmediate(resolve));
    turns.push(wrote);
  }
  other.exec('commit');
  await write;
  expect(turns).toEqual([false, false, false, false, false]);
  expect(await database.db.selectFrom('blacklist').select('ldap').orderBy('ldap').execute()).toEqual([
    { ldap: 'ours' },
    { ldap: 'theirs' },
  ]);
  other.close();
  await database.close();
});

test('a transaction that reads first can write later, whoever wrote meanwhile', async () => {
  const database = await openDatabase(`sqlite:${path()}`);
  await migrate(database);
  const other = new DatabaseSync(path());
  let theirs = 'written';
  await database.write(async (trx) => {
    await trx.selectFrom('blacklist').selectAll().execute();
    try {
      other.exec("insert into blacklist values ('theirs')");
    } catch (error) {
      theirs = String(error);
    }
    await trx.insertInto('blacklist').values({ ldap: 'ours' }).execute();
  });
  expect(theirs).toContain('database is locked');
  expect(await database.db.selectFrom('blacklist').select('ldap').execute()).toEqual([{ ldap: 'ours' }]);
  other.close();
  await database.close();
});

test('a folder that is not there, and a file that is no database, are a matter of configuration', async () => {
  await expect(openDatabase(`sqlite:${join(folder, 'nowhere', 'bot.db')}`)).rejects.toMatchObject({
    code: 'BAD_CREDENTIALS',
    message: expect.stringContaining('unable to open database file'),
  });
  writeFileSync(path(), 'not a database, but long enough to be taken for one: '.repeat(20));
  await expect(openDatabase(`sqlite:${path()}`)).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
});

test('another process that is killed amid writing leaves a database that goes on', async () => {
  const database = await openDatabase(`sqlite:${path()}`);
  await migrate(database);
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(${JSON.stringify(path())});
    db.exec("insert into blacklist values ('committed'); begin immediate; insert into blacklist values ('not')");
    process.stdout.write('writing');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;

  await database.write((trx) => trx.insertInto('blacklist').values({ ldap: 'ours' }).execute());
  expect(await database.db.selectFrom('blacklist').select('ldap').orderBy('ldap').execute()).toEqual([
    { ldap: 'committed' },
    { ldap: 'ours' },
  ]);
  await database.close();
});
