import type { Readable, Writable } from 'node:stream';

/** The world around a command. */
export interface Io {
  /** Resolves once the text is out; rejects when nobody reads it any more. */
  readonly out: (text: string) => Promise<void>;
  /** What is not the result: errors, remarks. */
  readonly err: (text: string) => void;
  readonly stdin: Readable;
  readonly env: NodeJS.ProcessEnv;
  /** How wide the terminal is that `out` goes to; undefined: no terminal. */
  readonly columns: number | undefined;
}

/** Writes to a stream that may be slow, or closed by whoever reads it. */
function writerOf(stream: Writable): (text: string) => Promise<void> {
  let heard = false;
  return (text) => {
    // Unheard, the event of a closed pipe would end the process with a stack; whoever writes is told by the callback.
    if (!heard) stream.on('error', () => {});
    heard = true;
    return new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  };
}

/** Nobody reads what is written: `securitybot alert list | head`. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPIPE';
}

export function processIo(): Io {
  return {
    out: writerOf(process.stdout),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    env: process.env,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  };
}
