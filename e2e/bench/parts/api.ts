import { createHash } from 'node:crypto';
import { createToken, startFrontend } from '@securitybot/frontend';
import { openDatabase, type SqlDatabase } from '@securitybot/sql';
import { sql } from 'kysely';
import { median, type Part, round } from '../part.ts';

/** In the database. */
const ALERTS = 100_000;
const QUICK = 10_000;
const TRIES = 15;
/** Well below a second, in ms. */
const MUST = 500;
const START = Date.UTC(2026, 0, 1);
const CAUSES = ['denied', 'no-answer', 'push-denied', 'no-factor'];
const idOf = (n: number) => createHash('sha256').update(`bench ${n}`).digest('hex');
const BATCH = 1000;
const ALL = 'figures of all';

/** An alert a minute, of 500 logins and 40 titles; one of a thousand is open, one of ten went to the security team. */
function rowsOf(n: number) {
  const hash = Buffer.from(idOf(n), 'hex');
  const at = START + n * 60_000;
  const isOpen = n % 1000 === 0;
  const isEscalated = n % 10 === 1;
  const verdict = isOpen ? null : isEscalated ? 'escalated' : 'confirmed';
  return {
    alerts: {
      hash,
      ldap: n === 7 ? 'rare' : `login${n % 500}`,
      title: n === 7 ? 'rare detector' : `detector ${n % 40}`,
      description: `something happened on host-${n % 997}`,
      reason: `evidence ${n}: ${'x'.repeat(200)}`,
      url: `https://siem.example/events/${n}`,
      event_time: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    },
    alert_status: { hash, status: isOpen ? 0 : 2 },
    user_responses: { hash, comment: '', performed: !isEscalated, authenticated: verdict === 'confirmed' },
    sb_tasks: {
      hash,
      person: `U${n % 500}`,
      seen_at: at + 1000,
      state: isOpen ? 'asking' : 'closed',
      verdict,
      cause: isEscalated ? (CAUSES[n % CAUSES.length] ?? null) : null,
      closed_at: isOpen ? null : at + 600_000,
      asked_at: at + 2000,
      answered_at: isOpen ? null : at + 2000 + (n % 90) * 60_000,
      changed_at: at + 600_000,
    },
  };
}

async function fill({ db, engine }: SqlDatabase, alerts: number): Promise<void> {
  for (let from = 0; from < alerts; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, alerts - from) }, (_, n) => rowsOf(from + n));
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('alerts')
        .values(rows.map((row) => row.alerts))
        .execute();
      await trx
        .insertInto('alert_status')
        .values(rows.map((row) => row.alert_status))
        .execute();
      await trx
        .insertInto('user_responses')
        .values(rows.map((row) => row.user_responses))
        .execute();
      await trx
        .insertInto('sb_tasks')
        .values(rows.map((row) => row.sb_tasks))
        .execute();
    });
  }
  const tables = 'alerts, alert_status, user_responses, sb_tasks';
  await sql.raw(engine === 'sqlite' || engine === 'postgres' ? 'analyze' : `analyze table ${tables}`).execute(db);
}

/** What is asked, by its name; `{cursor}` is that of a page far down the list. */
const asked = (alerts: number): Readonly<Record<string, string>> => ({
  'the newest 50': '/api/alerts',
  '1,000 a page': '/api/alerts?limit=1000',
  'a page far down': '/api/alerts?cursor={cursor}',
  'open ones': '/api/alerts?status=open',
  'one login': '/api/alerts?usernames=login77',
  'a rare login': '/api/alerts?usernames=rare',
  'a rare title': '/api/alerts?titles=rare%20detector',
  'one title, escalated': '/api/alerts?titles=detector%201&verdict=escalated',
  'a search, often found': '/api/alerts?search=host-5',
  'a search, never found': '/api/alerts?search=nowhere-to-be-found',
  'one alert': `/api/alerts/${idOf(Math.floor(alerts / 2))}`,
  'figures of 30 days': `/api/stats?before=${new Date(START + alerts * 60_000).toISOString().replace(/:\d\d\.\d+Z$/, ':{n}Z')}`,
  [ALL]: '/api/stats?after=2026-01-01T00:00:{n}Z',
});

async function cursorDeep(get: (path: string) => Promise<{ next: string | null }>, alerts: number): Promise<string> {
  let path = '/api/alerts?limit=1000';
  for (let page = 0; page < Math.min(20, alerts / 2000); page += 1) {
    path = `/api/alerts?limit=1000&cursor=${(await get(path)).next}`;
  }
  return (await get(path)).next ?? '';
}

/** How long the HTTP API takes with many alerts in the database. */
export const api: Part = {
  name: 'api',
  about: `how long the HTTP API takes to answer with ${ALERTS} alerts in the database`,
  async measure(engine, { quick }, progress) {
    const alerts = quick ? QUICK : ALERTS;
    const ground = await engine.create();
    const database = await openDatabase(ground.url);
    try {
      await fill(database, alerts);
      progress(`${alerts} alerts are there`);
      const settings = { host: '127.0.0.1', port: 0, proxies: [] };
      const frontend = await startFrontend(database, { settings, onError: (error) => console.error(error) });
      const { secret } = await createToken(database, { role: 'viewer', name: 'x', by: 'x', lifeMs: 3_600_000 });
      const get = async (path: string) => {
        const response = await fetch(frontend.url + path, { headers: { authorization: `Bearer ${secret}` } });
        const body = await response.json();
        if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
        return body as { next: string | null };
      };
      const cursor = await cursorDeep(get, alerts);
      const figures = [];
      for (const [request, path] of Object.entries(asked(alerts))) {
        const times: number[] = [];
        for (let n = 0; n < TRIES; n += 1) {
          const started = performance.now();
          // Figures are kept for a while: each asks for others.
          await get(path.replace('{cursor}', cursor).replace('{n}', String(10 + n)));
          times.push(performance.now() - started);
        }
        const value = round(median(times));
        const figure = `${request} of ${alerts}, ms`;
        const about = { engine: engine.name, figure, value };
        figures.push(
          request === ALL
            ? { ...about, must: 'told', reached: true }
            : { ...about, must: `at most ${MUST}`, reached: value <= MUST },
        );
      }
      await frontend.stop();
      return figures;
    } finally {
      await database.close();
      await ground.close();
    }
  },
};
