import { grouped, type SqlDatabase } from '@securitybot/sql';
import { selectUnassigned } from './statements/alerts.js';
import { selectFirstDue } from './statements/conversations.js';

type Unassigned = Awaited<ReturnType<typeof selectUnassigned>>;
type FirstDue = Awaited<ReturnType<typeof selectFirstDue>>;

/** Looks for something to do, which nearly always find nothing. Those for both, begun at the same time, are one statement. */
export interface Looks {
  /** When the first conversation is due. */
  due(): Promise<FirstDue>;
  /** What is new, so many at the most. */
  unassigned(limit: number): Promise<Unassigned>;
}

export function createLooks(database: SqlDatabase): Looks {
  const keyOf = (limit: number | undefined) => (limit === undefined ? 'due' : 'unassigned');
  const look = grouped<number | undefined, Unassigned>({ most: 2, lanes: 2, keyOf }, async (asked) => {
    const limit = asked.find((each) => each !== undefined);
    const found =
      limit === undefined ? { ...(await selectFirstDue(database)), rows: [] } : await selectUnassigned(database, limit);
    return asked.map(() => found);
  });
  return { due: () => look(undefined), unassigned: look };
}
