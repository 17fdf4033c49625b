import { ReadableStream, TextEncoderStream } from 'node:stream/web';
import { type Column, formatRows } from '@securitybot/formats';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

export type ListFormat = 'json' | 'csv' | 'ndjson';

const TYPES: Readonly<Record<ListFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
};

/** In what form a list is asked for. */
export function formatOf(context: Context, asked: ListFormat | undefined): ListFormat {
  if (asked !== undefined) return asked;
  const type = accepts(context, { header: 'Accept', supports: Object.values(TYPES), default: TYPES.json });
  return (Object.keys(TYPES) as ListFormat[]).find((format) => TYPES[format] === type) ?? 'json';
}

/** The rest of a file, which nobody can be told of any more: it ends without an end, and says nothing of why. */
async function* cutShort(texts: AsyncGenerator<string>, onError: (error: unknown) => void): AsyncGenerator<string> {
  try {
    yield* texts;
  } catch (error) {
    onError(error);
    throw new Error('the rest could not be read');
  }
}

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

/**
 * Rows as a file, sent as they come. What fails before the first is thrown, to be answered as a problem; should reading fail later, the
 * connection ends without an end.
 */
export async function fileOf<T>(
  { format, name, headers, onError }: FileOptions,
  columns: readonly Column<T>[],
  rows: AsyncIterable<T>,
): Promise<Response> {
  const iterator = rows[Symbol.asyncIterator]();
  const all = resumed(await iterator.next(), iterator);
  const texts = cutShort(formatRows(format, columns, all), onError);
  const body = ReadableStream.from(texts).pipeThrough(new TextEncoderStream());
  // Node.js' own, by another name than the one of the browsers.
  return new Response(body as unknown as ConstructorParameters<typeof Response>[0], {
    headers: {
      ...headers,
      'content-type': `${TYPES[format]}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}.${format}"`,
    },
  });
}

export interface FileOptions {
  readonly format: Exclude<ListFormat, 'json'>;
  /** Without its ending. */
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of what failed once the file had begun. */
  readonly onError: (error: unknown) => void;
}

/** Where a list goes on, for `Link`; nothing where it does not. https://www.rfc-editor.org/rfc/rfc8288 */
export function nextLink(context: Context, next: string | null | undefined): { readonly link?: string } {
  if (next === null || next === undefined) return {};
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.set('cursor', next);
  return { link: `<${pathname}?${searchParams}>; rel="next"` };
}

/** What is read already. */
export async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}
