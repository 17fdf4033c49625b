import type { SqlDatabase } from '../database.js';

/** One step of a migration, in words. */
export interface MigrationStep {
  readonly kind: 'found' | 'change';
  readonly text: string;
}

export async function planMigration(_database: SqlDatabase): Promise<readonly MigrationStep[]> {
  return [];
}

export async function migrate(
  _database: SqlDatabase,
  _options: { readonly log?: (line: string) => void } = {},
): Promise<readonly MigrationStep[]> {
  return [];
}
