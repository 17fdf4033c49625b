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

/** Rows as a file, sent as they come. Should reading them fail on the way, the connection ends without an end. */
export function fileOf<T>(
  format: Exclude<ListFormat, 'json'>,
  name: string,
  columns: readonly Column<T>[],
  rows: AsyncIterable<T> | Iterable<T>,
): Response {
  const body = ReadableStream.from(formatRows(format, columns, rows)).pipeThrough(new TextEncoderStream());
  // Node.js' own, by another name than the one of the browsers.
  return new Response(body as unknown as ConstructorParameters<typeof Response>[0], {
    headers: {
      'content-type': `${TYPES[format]}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}.${format}"`,
    },
  });
}
