import { type Kysely, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isConflict, toPluginError } from '../errors.js';
import type { Schema } from '../schema.js';
import { retrying } from '../write.js';
import { describeExisting } from './existing.js';
import { assertUsable, inspect, isPresent, pendingSteps } from './inspect.js';
import { withMigrationLock } from './lock.js';
import { createBookkeeping, type Step } from './step.js';

/** One line of a plan, or of what was done. `found`: what is there; `change`: what changes. */
export interface MigrationStep {
  readonly kind: 'found' | 'change';
  readonly text: string;
}

/** What `migrate` would do, and what it finds of an existing Securitybot database. Empty: nothing to do. Throws as `migrate` does. */
export async function planMigration(database: SqlDatabase): Promise<readonly MigrationStep[]> {
  try {
    const found = await inspect(database.engine, database.db);
    assertUsable(found);
    const pending = pendingSteps(found);
    if (pending.length === 0) return [];
    const existing = found.done.size === 0 ? await describeExisting(database, found) : [];
    const changes = pending.filter((step) => !isPresent(found, step) && step.statement(database.engine) !== undefined);
    return [
      ...existing.map((text) => ({ kind: 'found', text }) as const),
      ...changes.map(({ text }) => ({ kind: 'change', text }) as const),
    ];
  } catch (error) {
    throw toPluginError(error, 'sql: planning the migration');
  }
}

async function perform(database: SqlDatabase, db: Kysely<Schema>, step: Step): Promise<void> {
  const statement = step.statement(database.engine);
  if (statement === undefined) return;
  try {
    // Within a transaction a failed statement cannot simply be run again; there the whole transaction is.
    if (db.isTransaction) await sql.raw(statement).execute(db);
    else
      await retrying(
        () => sql.raw(statement).execute(db),
        (error) => !isConflict(error), // with the connection, the lock would be gone
      );
  } catch (error) {
    throw toPluginError(error, `sql: migration step ${step.id}, ${step.name}`);
  }
}

/**
 * Brings the schema up to date, forwards only; run at every start. Any number of processes may do so at once, beside
 * writers of any kind; killed in the middle, it goes on where it stood. Of the rows only
 * those change that an older Securitybot had in progress: they are opened again.
 * @returns what was done; empty: nothing.
 * Throws a PluginError: `REJECTED` for a schema newer than this code, or tables that are not Securitybot's.
 */
export async function migrate(
  database: SqlDatabase,
  options: { readonly log?: (line: string) => void } = {},
): Promise<readonly MigrationStep[]> {
  const { log = () => {} } = options;
  const { engine } = database;
  try {
    const before = await inspect(engine, database.db);
    assertUsable(before);
    if (pendingSteps(before).length === 0) return [];
    const changes = await withMigrationLock(database, async (db) => {
      const found = await inspect(engine, db); // somebody else may have done it while we waited
      assertUsable(found);
      const pending = pendingSteps(found);
      if (pending.length === 0) return [];
      await sql.raw(createBookkeeping(engine)).execute(db);
      const done: MigrationStep[] = [];
      for (const step of pending) {
        if (!isPresent(found, step) && step.statement(engine) !== undefined) {
          await perform(database, db, step);
          done.push({ kind: 'change', text: step.text });
        }
        await sql`insert into sb_migrations (id, name, done_at) values (${step.id}, ${step.name}, ${database.nowMs()})`.execute(
          db,
        );
      }
      return done;
    });
    for (const { text } of changes) log(`migrated: ${text}`);
    return changes;
  } catch (error) {
    throw toPluginError(error, 'sql: migrating');
  }
}
