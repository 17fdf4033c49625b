import { PluginError } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { hashToHex } from '../values.js';
import { reading } from './reading.js';

const PREFIX = /^[0-9a-f]{1,64}$/;

/**
 * The ids that begin with these hex digits, in their order, `limit` at the most: whoever types an id need not type all of
 * it. Throws a PluginError: `REJECTED` for anything but 1 to 64 lower-case hex digits.
 */
export async function findAlertIds({ db }: SqlDatabase, prefix: string, limit: number): Promise<readonly string[]> {
  if (!PREFIX.test(prefix)) {
    const shown = JSON.stringify(prefix.slice(0, 80));
    throw new PluginError(
      'REJECTED',
      `sql: an alert's id is 64 lower-case hex digits, or how they begin, not ${shown}`,
    );
  }
  const end = (digit: string) => Buffer.from(prefix.padEnd(64, digit), 'hex');
  const rows = await reading(
    'ids of alerts',
    db
      .selectFrom('alerts')
      .select('hash')
      .where('hash', '>=', end('0'))
      .where('hash', '<=', end('f'))
      .orderBy('hash')
      .limit(limit)
      .execute(),
  );
  return rows.map(({ hash }) => hashToHex(hash));
}
