import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hear } from './fixtures/desk.js';
import { linesOf } from './lines.js';

async function all(input: Readable, signal = new AbortController().signal): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(input, signal)) lines.push(line);
  return lines;
}

const linesIn = (...chunks: (string | Uint8Array)[]) => all(Readable.from(chunks));

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('lines of a stream', () => {
  it('are what the decoder makes of the bytes, wherever the chunks are cut; empty ones are no event', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('\n', '\r\n', 'é', '😀', '\0', ' ').map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 12 }), async (chunks) => {
        const expected = new TextDecoder()
          .decode(Buffer.concat(chunks))
          .split('\n')
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line.trim() !== '');
        const events = await hear(chunks);
        expect(events.map((event) => event.type === 'text' && event.text)).toEqual(expected);
      }),
    );
  });

  it('may end in CRLF, hold NUL bytes and what is not UTF-8, and the last needs no line feed', async () => {
    expect(await linesIn('one\r\ntwo\0\n', Buffer.from([0x61, 0xff, 0x62, 0x0a]), 'last')).toEqual([
      'one',
      'two\0',
      'a\ufffdb',
      'last',
    ]);
  });

  it('keep 300,000 letters', async () => {
    const [line] = await linesIn('a'.repeat(150_000), 'b'.repeat(150_000));
    expect(line).toHaveLength(300_000);
  });

  it('are cut at a million characters, and the next one is whole', async () => {
    const flood = Array.from({ length: 100 }, () => 'a'.repeat(100_000));
    const [line, next] = await linesIn(...flood, '\nnext');
    expect(line).toHaveLength(1_000_000);
    expect(line).toMatch(/a…$/);
    expect(next).toBe('next');
  });

  it('pass by as fast as they come when they are empty: a million of them are no event', async () => {
    const chunk = Buffer.alloc(10_000, '\n');
    expect(await hear(Array.from({ length: 100 }, () => chunk))).toEqual([]);
  });

  it('are not read ahead: the stream is paused while one is dealt with', async () => {
    let produced = 0;
    const input = new Readable({
      read() {
        produced += 1;
        this.push('one line\n');
      },
    });
    const stop = new AbortController();
    for await (const line of linesOf(input, stop.signal)) {
      expect(line).toBe('one line');
      while (!input.isPaused()) await turns(1);
      await turns(100); // it fills its own buffer
      const before = produced;
      await turns(100);
      expect(produced).toBe(before);
      stop.abort();
    }
    expect(input.isPaused()).toBe(true);
  });

  it('end with the signal, also while the stream is silent, and with a stream that was closed', async () => {
    const stop = new AbortController();
    const silent = all(new PassThrough(), stop.signal);
    stop.abort();
    expect(await silent).toEqual([]);
    const closed = new PassThrough();
    const last = all(closed);
    closed.destroy();
    await last;
    expect(await all(closed)).toEqual([]);
  });

  it('throw what the stream fails with', async () => {
    const input = new PassThrough();
    const lines = all(input);
    input.destroy(new Error('EIO'));
    await expect(lines).rejects.toThrow('EIO');
  });
});
