import type { SqlDatabase } from '../database.js';
import { hashToHex } from '../values.js';
import { type ListedAlert, selectListed } from './list-alerts.js';
import { reading } from './reading.js';

/** An alert that has changed, as it is now. */
export interface AlertChange {
  /** By the database's clock: ms since the epoch, UTC. */
  readonly changedAt: number;
  readonly alert: ListedAlert;
}

async function selectChanged({ db }: SqlDatabase, since: number, limit: number) {
  return db
    .selectFrom('sb_tasks')
    .select(['hash', 'changed_at'])
    .where('changed_at', '>=', since)
    .orderBy('changed_at')
    .limit(limit)
    .execute();
}

/**
 * Alerts that the bot, or whoever raised them by it, has written since then, in that order, `limit` at the most. A change shows once its
 * transaction has ended, which may be after a later one's: look some seconds back, and leave out what you know. What others write to the
 * tables by themselves shows once the bot has seen it. Throws a PluginError where the database does not answer.
 * @param since ms since the epoch, UTC.
 */
export async function listChanges(
  database: SqlDatabase,
  { since, limit, known = () => false }: ChangesRequest,
): Promise<{ readonly count: number; readonly changes: readonly AlertChange[] }> {
  const rows = await reading('changes', selectChanged(database, since, limit));
  const news = rows.filter(({ hash, changed_at }) => !known(hashToHex(hash), changed_at ?? 0));
  const hashes = news.map(({ hash }) => hash);
  const listed = hashes.length > 0 ? await reading('changes', selectListed(database, hashes)) : [];
  const byId = new Map(listed.map((alert) => [alert.alert.id, alert]));
  const changes = news.flatMap(({ hash, changed_at }) => {
    const alert = byId.get(hashToHex(hash));
    return alert ? [{ changedAt: changed_at ?? 0, alert }] : [];
  });
  return { count: rows.length, changes };
}

export interface ChangesRequest {
  readonly since: number;
  readonly limit: number;
  /** Changes that are left out, before what they hold is read. */
  readonly known?: (id: string, changedAt: number) => boolean;
}
