import { createHash } from 'node:crypto';
import { migrate, openDatabase, toSqlTime } from '@securitybot/sql';

const TITLES = [
  'sudo on a production host',
  'Login from a new country',
  'New API key',
  'VPN without a device',
  'Password reset',
];
const LOGINS = ['ann', 'ben', 'carla', 'dieter', 'eve', 'farid', 'grace', 'heidi'];
const CAUSES = ['denied', 'no-answer', 'fraud', 'no-factor', 'expired', 'unsure'];

/** The same everywhere: from 0 up to that. */
const pick = (seed: string, below: number) => createHash('sha256').update(seed).digest().readUInt32BE() % below;
const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

const MINUTE = 60_000;

/** Which alert is the n-th, and how it ended; the newest has the number 0. */
function alertOf(n: number, now: number, apartMs: number) {
  const hash = createHash('sha256').update(`alert ${n}`).digest();
  const title = of(TITLES, pick(`title ${n}`, 100) < 55 ? 0 : pick(`other ${n}`, 5));
  const ldap = of(LOGINS, pick(`who ${n}`, 8) * pick(`rank ${n}`, 2));
  const at = now - n * apartMs - pick(`at ${n}`, apartMs);
  const isYes = pick(`yes ${n}`, 100) < (title === TITLES[0] ? 93 : 60);
  return { hash, title, ldap, at, isYes, cause: isYes ? null : of(CAUSES, pick(`cause ${n}`, 6)) };
}

/** Fills a database with alerts that are done with, `apartMs` between one and the next. */
export async function fill(url: string, count: number, apartMs = MINUTE): Promise<void> {
  const database = await openDatabase(url);
  await migrate(database);
  const now = Date.now();
  for (let from = 0; from < count; from += 500) {
    const alerts = Array.from({ length: Math.min(500, count - from) }, (_, i) => alertOf(from + i, now, apartMs));
    await database.write(async (trx) => {
      const alertRows = alerts.map(({ hash, title, ldap, at }, i) => ({
        hash,
        ldap,
        title,
        description: `${ldap}: ${title}`,
        reason: `alert number ${from + i}`,
        url: `https://siem.example/${from + i}`,
        event_time: toSqlTime(at),
      }));
      const taskRows = alerts.map(({ hash, ldap, at, isYes, cause }, i) => {
        const asked_at = at + 1_500;
        const answered_at = asked_at + 4_000 + pick(`slow ${from + i}`, 12) ** 2 * MINUTE;
        const closed_at = answered_at + 9_000;
        const verdict = isYes ? 'confirmed' : 'escalated';
        return {
          hash,
          person: `terminal:${ldap}`,
          seen_at: at + 1_000,
          severity: 'medium',
          state: 'closed',
          verdict,
          cause,
          closed_at,
          asked_at,
          answered_at,
        };
      });
      await trx.insertInto('alerts').values(alertRows).execute();
      await trx
        .insertInto('alert_status')
        .values(alerts.map(({ hash }) => ({ hash, status: 2 })))
        .execute();
      await trx
        .insertInto('user_responses')
        .values(
          alerts.map(({ hash, isYes }) => ({
            hash,
            comment: isYes ? 'yes' : '',
            performed: isYes,
            authenticated: isYes,
          })),
        )
        .execute();
      await trx.insertInto('sb_tasks').values(taskRows).execute();
    });
  }
  await database.close();
}
