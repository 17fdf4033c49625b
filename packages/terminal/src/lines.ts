import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { cut } from '@securitybot/core';

/** What is kept of one line, in UTF-16 code units; the rest is passed over. */
const MAX_LINE = 1_000_000;

function finish(line: string): string {
  return cut(line.endsWith('\r') ? line.slice(0, -1) : line, MAX_LINE);
}

/**
 * The lines of a stream of UTF-8, without their ends, the last one also where no line feed closes it. What is not UTF-8
 * becomes U+FFFD. The stream is paused while lines are being dealt with, and when the signal ends the reading: then only
 * lines that were read before still come. Throws what the stream fails with.
 */
export async function* linesOf(input: Readable, signal: AbortSignal): AsyncGenerator<string> {
  if (input.readableEnded || input.destroyed || signal.aborted) return;
  const decoder = new TextDecoder();
  let line = '';
  try {
    const chunks = on(input, 'data', { signal, close: ['end', 'close'], highWaterMark: 1 });
    for await (const [chunk] of chunks) {
      const text: string = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      const [first = '', ...others] = text.split('\n');
      if (line.length <= MAX_LINE) line += first;
      for (const next of others) {
        yield finish(line);
        line = next;
      }
    }
    yield finish(line + decoder.decode());
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    input.pause();
  }
}
