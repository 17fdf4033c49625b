import { PluginError } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { isBadValue, toPluginError } from '../errors.js';
import { hashToHex } from '../values.js';
import {
  merge,
  type Place,
  type Position,
  positionAfter,
  selectTimed,
  selectTimedAfter,
  selectUntimed,
} from './alert-places.js';
import { type AlertListOptions, type ListedAlert, listRequest, readPlaces } from './list-alerts.js';

export interface AlertPageOptions extends AlertListOptions {
  /** Where the page before ended: its `next`. The filter and the order have to be the same. */
  readonly cursor?: string;
  /** How many alerts a search looks at for one page: so each takes as long, however many there are. Default 20,000. */
  readonly searched?: number;
}

export interface AlertPage {
  readonly alerts: readonly ListedAlert[];
  /** Where the next page begins; undefined: there is none. */
  readonly next?: string;
}

const SEARCHED = 20_000;

type Wire = readonly [
  order: string,
  asOf: number,
  timed: readonly [string, string] | 0,
  untimed: readonly [number, string] | 0,
];

function encode(order: string, { asOf, timed, untimed }: Position): string {
  const wire: Wire = [
    order,
    asOf,
    timed ? [timed.time, hashToHex(timed.hash)] : 0,
    untimed ? [untimed.at, hashToHex(untimed.hash)] : 0,
  ];
  return Buffer.from(JSON.stringify(wire)).toString('base64url');
}

/** Of whatever length: others write rows, too. */
const hashOf = (hex: string) => Buffer.from(hex, 'hex');

const isPair = (value: unknown, first: 'string' | 'number'): boolean =>
  value === 0 ||
  (Array.isArray(value) && value.length === 2 && typeof value[0] === first && typeof value[1] === 'string');

function isWire(value: unknown): value is Wire {
  if (!Array.isArray(value) || value.length !== 4) return false;
  return Number.isSafeInteger(value[1]) && isPair(value[2], 'string') && isPair(value[3], 'number');
}

function wrongCursor(cause?: unknown): PluginError {
  const advice = "the cursor is none of this list's; take the one that came with the page before";
  return new PluginError('REJECTED', `sql: ${advice}`, { cause });
}

function decode(order: string, cursor: string): Position {
  try {
    const wire: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isWire(wire) && wire[0] === order) {
      const [, asOf, timed, untimed] = wire;
      return {
        asOf,
        ...(timed && { timed: { time: timed[0], hash: hashOf(timed[1]) } }),
        ...(untimed && { untimed: { at: untimed[0], hash: hashOf(untimed[1]) } }),
      };
    }
  } catch {
    // Not one of ours; said below.
  }
  throw wrongCursor();
}

/** Not behind the edge of what is looked at; with an edge that is no time, all of them. */
function within(places: readonly Place[], direction: 'asc' | 'desc', edge: Place | undefined): readonly Place[] {
  if (!edge) return places;
  return places.filter(({ at }) => !(direction === 'desc' ? at < edge.at : at > edge.at));
}

async function readPage(
  database: SqlDatabase,
  { cursor, searched = SEARCHED, ...options }: AlertPageOptions,
): Promise<AlertPage> {
  const { order = 'newest' } = options;
  const { limit, filter, direction } = listRequest(options);
  const from = cursor === undefined ? { asOf: (await database.now()).getTime() } : decode(order, cursor);
  const request = { filter, direction, from, limit: limit + 1 }; // one more tells whether there are more
  const { search, ...others } = filter;
  const edge =
    search === undefined ? undefined : await selectTimedAfter(database, { ...request, filter: others }, searched);
  const timed = await selectTimed(database, { ...request, ...(edge && { until: edge }) });
  const untimed = within(await selectUntimed(database, request), direction, edge);
  const found = merge(timed, untimed, direction);
  const places = found.slice(0, limit);
  const alerts: ListedAlert[] = [];
  for await (const alert of readPlaces(database, places)) alerts.push(alert);
  const position = positionAfter(from, places);
  if (found.length > limit) return { alerts, next: encode(order, position) };
  if (edge?.time === undefined) return { alerts };
  return { alerts, next: encode(order, { ...position, timed: { time: edge.time, hash: edge.hash } }) };
}

/**
 * A page of the alerts that a filter lets through. Read on by `next`, every alert that was there at the first page and stays comes once, and none
 * twice, whatever comes meanwhile. A page with a search may have fewer alerts than asked for, or none, and a `next`: then there is more to
 * be searched. Throws a PluginError: `REJECTED` for a limit, a time or a cursor that is none, `UNAVAILABLE` or `BAD_CREDENTIALS` where the database does not answer.
 */
export async function pageAlerts(database: SqlDatabase, options: AlertPageOptions = {}): Promise<AlertPage> {
  try {
    return await readPage(database, options);
  } catch (error) {
    if (options.cursor !== undefined && isBadValue(error)) throw wrongCursor(error); // a time that PostgreSQL cannot read
    throw toPluginError(error, 'sql: listing alerts');
  }
}
