import type { Tier } from '../limits.js';
import type { Arguments } from '../request.js';
import type { World } from '../world.js';

/** The body of an answer. */
export type Answer = { readonly ok: boolean; readonly error?: string } & Readonly<Record<string, unknown>>;

/** A method of the Web API. */
export interface Method {
  readonly tier: Tier;
  /** Which token it takes. By default the bot's. */
  readonly token?: 'app' | 'any';
  /** Scopes of which it needs one, for these arguments. */
  readonly scopes?: (given: Arguments, world: World) => readonly string[];
  run(given: Arguments, world: World): Answer;
}

export const no = (error: string, more: Readonly<Record<string, unknown>> = {}): Answer => ({
  ok: false,
  error,
  ...more,
});

/** Refused for its arguments, and why. */
export const invalid = (error: string, messages: readonly string[]): Answer =>
  no(error, { errors: messages, response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } });

export const missing = (field: string): Answer => invalid('invalid_arguments', [`missing required field: ${field}`]);

/** An argument as text; numbers and truth values of JSON bodies are what they would be in a form. */
export function text(given: Arguments, name: string): string | undefined {
  const value = given[name];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export const flag = (given: Arguments, name: string): boolean | undefined => {
  const value = text(given, name);
  return value === undefined ? undefined : value === 'true' || value === '1';
};

/** One page of a list, by Slack's cursors. https://docs.slack.dev/apis/web-api/pagination */
export function page<T extends { readonly id: string }>(
  method: string,
  list: readonly T[],
  given: Arguments,
  world: World,
): { readonly items: readonly T[]; readonly cursor: string } | { readonly error: Answer } {
  const asked = text(given, 'limit');
  const limit = asked === undefined ? 0 : Number(asked);
  if (!Number.isInteger(limit) || limit < 0) return { error: no('invalid_limit') };
  if (limit === 0 || limit > 1000) {
    world.journal.violate(
      'unpaginated',
      `${method} was called with ${asked === undefined ? 'no limit' : `limit ${asked}`}.`,
    );
    // Without a limit Slack tries to send all, and gives up where they are many.
    if (limit === 0 && list.length > 1000) return { error: no('limit_required') };
  }
  const cursor = text(given, 'cursor');
  const named = cursor === undefined ? undefined : /^item:(.+)$/u.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  const from = named === undefined ? 0 : list.findIndex(({ id }) => id === named);
  if ((cursor !== undefined && named === undefined) || from < 0) return { error: no('invalid_cursor') };
  const size = limit === 0 ? list.length : Math.min(limit, 1000);
  const next = list[from + size];
  return {
    items: list.slice(from, from + size),
    cursor: next ? Buffer.from(`item:${next.id}`).toString('base64') : '',
  };
}
