import { existsSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { openDatabase } from '@securitybot/sql';
import { describe, expect, test } from 'vitest';
import { checkClock } from '../doctor/database.js';
import type { Finding } from '../doctor/finding.js';
import { type Desk, desk, HOSTILE, UNPRINTABLE } from '../fixtures/desk.js';

async function examine({ run }: Desk, env: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await run(['doctor', '--json'], { env });
  expect(err).toBe('');
  const findings = JSON.parse(out) as Finding[];
  return { code, findings, of: (check: string) => findings.filter((finding) => finding.check === check) };
}
const hashOf = (n: number) => Buffer.alloc(32, n);
const MINUTE = 60_000;

describe('a database in order', () => {
  const here = desk();

  test('every line is ok but for the demo, and it ends with 0', async () => {
    await here.write(async (database) => {
      await createSqlBlacklist(database).put({ username: 'ann', reason: '' });
      await createSqlBlacklist(database).put({ username: 'bob', title: 'x', reason: '', until: Date.now() + MINUTE });
    });
    const { code, findings, of } = await examine(here);
    expect(code).toBe(0);
    expect(findings.map(({ check, level }) => `${level} ${check}`)).toEqual([
      'ok configuration',
      'ok database',
      'ok schema',
      'ok clock',
      'ok halves',
      'ok rejected',
      'ok stuck',
      'ok effects',
      'ok people',
      'warn chat',
      'warn auth',
    ]);
    expect(of('database')[0]?.text).toMatch(/^SQLite 3\.\d+/);
    expect(of('people')[0]?.text).toMatch(/^opted out: 1; mutes in force: 1 /);
    expect(of('chat')[0]?.text).toContain('demo');
    expect(of('auth')[0]?.text).toContain('demo');
    const { out } = await here.run(['doctor']);
    expect(out.split('\n')[1]).toMatch(/^ok {4}database {7}SQLite 3/);
  });
});

describe('a database with troubles', () => {
  const here = desk();

  test('each is named, with what to do', async () => {
    await here.write(async ({ db }) => {
      const row = { title: `"x" ${HOSTILE}`, ldap: `ann${HOSTILE}` };
      await db
        .insertInto('alerts')
        .values([
          { ...row, hash: hashOf(1) },
          { ...row, hash: hashOf(2) },
        ])
        .execute();
      await db
        .insertInto('user_responses')
        .values({ hash: hashOf(2), performed: false, authenticated: false })
        .execute();
      await db
        .insertInto('alert_status')
        .values({ hash: hashOf(2), status: 0 })
        .execute();
      await db
        .insertInto('sb_rejects')
        .values({ hash: hashOf(3), reason: 'its ldap is empty', at: 1 })
        .execute();
      const effect = { key: 'k', type: 'report', notBefore: 0, tries: 6, failingSince: Date.now() - 5 * MINUTE };
      const due_at = Date.now() - 3 * MINUTE;
      await db
        .insertInto('sb_conversations')
        .values([
          { person: 'U1', version: 1, data: JSON.stringify({ outbox: [effect] }), due_at },
          { person: 'U2', version: 1, data: '{', due_at: Date.now() + MINUTE },
        ])
        .execute();
    });
    const { code, of } = await examine(here);
    expect(code).toBe(1);
    expect(of('halves')).toMatchObject([
      {
        level: 'warn',
        text: 'alerts written by half, about which nobody is asked: 1',
        advice: expect.stringContaining('securitybot alert create --id ID'),
        items: [expect.stringMatching(/^(01){32} \(ann.*: no row in user_responses and alert_status$/s)],
      },
    ]);
    expect(of('rejected')).toMatchObject([{ level: 'warn', items: [`${'03'.repeat(32)}: its ldap is empty`] }]);
    expect(of('stuck')).toMatchObject([
      { level: 'fail', items: ['U1: due for 3 minutes'], advice: expect.stringContaining('Is a bot running') },
      { level: 'warn', text: 'open alerts that no bot has taken up: 1' },
    ]);
    expect(of('effects')).toMatchObject([
      { level: 'fail', items: ['U1: report, 6 times, for 5 minutes'] },
      { level: 'fail', items: ['U2'] },
    ]);
    const { out } = await here.run(['doctor']);
    expect(out).not.toMatch(UNPRINTABLE);
    expect(out).toMatch(/^fail {2}stuck .*\n {21}- U1: due for 3 minutes\n {21}Is a bot running/m);
  });

  test('the way out of a half is one: raised again, it is whole', async () => {
    await here.run(['alert', 'create', '--id', '01'.repeat(32), '--username', 'ann', '--title', 'x']);
    expect((await examine(here)).of('halves')).toMatchObject([{ level: 'ok' }]);
  });

  test('of many, some are named', async () => {
    await here.write(async ({ db }) => {
      const many = Array.from({ length: 25 }, (_, n) => ({ hash: hashOf(100 + n), ldap: 'ann', title: 'x' }));
      await db.insertInto('alerts').values(many).execute();
    });
    const [halves] = (await examine(here)).of('halves');
    expect(halves?.text).toMatch(/: more than 20$/);
    expect(halves?.items).toHaveLength(20);
  });
});

describe('what cannot be looked at', () => {
  const here = desk();

  test('a file that is not there is not made', async () => {
    const { code, of, findings } = await examine(here);
    expect(code).toBe(0);
    expect(of('database')).toMatchObject([{ level: 'warn', advice: expect.stringContaining('securitybot start') }]);
    expect(findings.map(({ check }) => check)).not.toContain('schema');
    expect(existsSync(here.path('bot.db'))).toBe(false);
  });

  test('a server that does not answer', async () => {
    const url = 'mysql://bot:secret@127.0.0.1:1/securitybot';
    const { code, findings, of } = await examine(here, { SECURITYBOT_DATABASE_URL: url });
    expect(code).toBe(1);
    expect(of('database')).toMatchObject([{ level: 'fail', text: expect.stringMatching(/Is the database up/) }]);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });

  test('a configuration that cannot be used, and the rest all the same', async () => {
    const config = here.path('bot.yaml');
    writeFileSync(config, 'proof:\n  push: soon\n  pushes: 3\n');
    const { code, of } = await examine(here, { SECURITYBOT_CONFIG: config });
    expect(code).toBe(1);
    const [finding] = of('configuration');
    expect(finding).toMatchObject({ level: 'fail', text: `${config} cannot be used` });
    expect(finding?.items).toHaveLength(2);
    expect(finding?.items?.[0]).toMatch(new RegExp(`^${config}:2:\\d+: `));
    expect(of('database')).toHaveLength(1);
    const missing = await examine(here, { SECURITYBOT_CONFIG: here.path('nowhere.yaml') });
    expect(missing.of('configuration')).toMatchObject([{ level: 'fail' }]);
  });

  test('an environment that cannot be read: all that is wrong, and the rest all the same', async () => {
    const env = { SECURITYBOT_LOG_LEVEL: 'loud', SECURITYBOT_DEMO_AUTH: 'yes', SECURITYBOT_DATABSE_URL: 'sqlite:x.db' };
    const { code, findings, of } = await examine(here, env);
    expect(code).toBe(1);
    expect(of('environment')).toMatchObject([
      { level: 'fail', text: expect.stringMatching(/^SECURITYBOT_DEMO_AUTH /) },
      { level: 'fail', text: expect.stringContaining('"loud"') },
      { level: 'warn', text: expect.stringMatching(/Is SECURITYBOT_DATABASE_URL meant/) },
    ]);
    expect(findings.map(({ check }) => check).slice(3)).toEqual(['configuration', 'database']);
  });

  test('Slack without a second factor: Slack is looked at', async () => {
    const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'http://127.0.0.1:1/api/' };
    const { findings, of } = await examine(here, { ...SLACK, SECURITYBOT_REPORTING_CHANNEL: '#security' });
    expect(of('environment')).toMatchObject([{ level: 'fail', text: expect.stringContaining('no second factor') }]);
    expect(of('chat')[0]).toMatchObject({ level: 'fail', text: expect.stringMatching(/^Slack: /) });
    expect(findings.map(({ check }) => check)).not.toContain('auth');
  });

  test('a database of the original is looked at, and left as it is', async () => {
    const original = new DatabaseSync(here.path('original.db'));
    original.exec(
      'create table alerts (hash blob primary key, ldap text, title text, description text, reason text, url text, event_time text)',
    );
    const tables = () => original.prepare('select name from sqlite_master').all();
    const before = tables();
    const env = { SECURITYBOT_DATABASE_URL: `sqlite:${here.path('original.db')}` };
    const { code, of, findings } = await examine(here, env);
    expect(code).toBe(0);
    expect(of('schema')).toMatchObject([
      {
        level: 'warn',
        advice: expect.stringContaining('Run securitybot migrate'),
        items: expect.arrayContaining([expect.stringMatching(/^found Securitybot's tables alerts/)]),
      },
    ]);
    expect(findings.map(({ check }) => check)).not.toContain('halves');
    expect(tables()).toEqual(before);
    original.close();
  });

  test('a database of a newer Securitybot', async () => {
    const newer = desk();
    await newer.write(({ db }) =>
      db.insertInto('sb_migrations').values({ id: 999, name: 'later', done_at: 1 }).execute(),
    );
    const { code, of } = await examine(newer);
    expect(code).toBe(1);
    expect(of('schema')).toMatchObject([{ level: 'fail', text: expect.stringContaining('newer Securitybot') }]);
  });

  test('one table that is gone hides no other', async () => {
    const broken = desk();
    await broken.write(({ db }) => db.schema.dropTable('sb_rejects').execute());
    const { code, of } = await examine(broken);
    expect(code).toBe(1);
    expect(of('rejected')).toMatchObject([{ level: 'fail', text: expect.stringContaining('sb_rejects') }]);
    expect([...of('halves'), ...of('people')].map(({ level }) => level)).toEqual(['ok', 'ok']);
  });
});

describe('clocks', () => {
  test.each([
    [0, 'ok', /agree/],
    [4000, 'ok', /agree/],
    [60_000, 'warn', /1 minute ahead of this machine's/],
    [-3_600_000, 'warn', /1 hour behind this machine's/],
  ] as const)('%i ms apart: %s', async (offset, level, text) => {
    const now = Date.UTC(2026, 0, 1);
    const database = await openDatabase('sqlite::memory:', { now: () => now + offset });
    expect(await checkClock(database, () => now)).toMatchObject({ level, text: expect.stringMatching(text) });
    await database.close();
  });

  test('a slow answer is no wrong clock', async () => {
    let now = Date.UTC(2026, 0, 1);
    const database = await openDatabase('sqlite::memory:', { now: () => now });
    const slow = () => {
      now += 30_000;
      return now;
    };
    expect(await checkClock(database, slow)).toMatchObject({ level: 'ok' });
    await database.close();
  });
});
