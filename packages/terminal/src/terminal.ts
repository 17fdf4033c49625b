import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type ChatUser, cleanLine, PluginError } from '@securitybot/core';
import { linesOf } from './lines.js';
import { legible, paragraph } from './text.js';

export interface TerminalOptions {
  /** The login of the person in front of it. */
  readonly user: string;
  /** What to call them. Absent: their login. */
  readonly name?: string;
  /** IANA time zone, such as `Europe/Berlin`. Absent: the policy's. */
  readonly timeZone?: string;
  /** Absent: `process.stdin`. */
  readonly input?: Readable;
  /** Absent: `process.stdout`. */
  readonly output?: Writable;
}

/** What was said: by whom, as it is written before it, and what. Free of all that a terminal would obey. */
export interface Said {
  readonly speaker: string;
  readonly text: string;
}

type Receive = (line: string, typedAt: number) => Promise<void>;

/** A screen and a keyboard, shared by the chat and the pretend phone. */
export interface Terminal {
  /** Whoever sits in front of it. */
  readonly person: ChatUser;
  /**
   * Shows a text, which may be anybody's: free of all that a terminal would obey, its middle cut out beyond 4,000
   * characters. Resolves when it is written. Throws a PluginError (`UNAVAILABLE`, not sent) when the output is gone.
   */
  show(speaker: string, text: string): Promise<void>;
  /** Adds another screen: it is told what is shown, and what is typed. `tell` must not throw. @returns what takes it away. */
  watch(tell: (said: Said) => void): () => void;
  /**
   * A line from another keyboard: shown here, and handed on as if it were typed here. Resolves when it is dealt with. Throws
   * a PluginError (`REJECTED`) before somebody listens, and once it was closed.
   */
  say(line: string): Promise<void>;
  /** Names who gets the lines, and when each was typed (ms since the epoch, UTC). A line that makes `receive` reject is lost, and the person is told. */
  listen(receive: Receive): void;
  /** Adds somebody who looks at each line before that; true: taken. */
  intercept(take: (line: string) => Promise<boolean>): void;
  /**
   * Reads lines and hands them on, one by one, until the input ends, the output is gone or the terminal is closed. To be
   * called once the bot is started. Where no person types (a pipe, a file), each line is shown, and the next one read
   * only when the bot is idle. Resolves when the bot is idle after the last line.
   */
  run(bot: { idle(): Promise<void> }): Promise<void>;
  /** Ends `run`, for good; what is shown is shown still. Resolves when the line under way is dealt with. May be called twice. */
  close(): Promise<void>;
}

function isTTY(stream: Readable | Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** Resolves with the work, or at once when the signal says that nobody waits for it any more. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let giveUp = () => {};
  const aborted = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Your terminal, as `createTerminalChat` and `createDemoAuth` share it. */
export function createTerminal(options: TerminalOptions): Terminal {
  const { input = process.stdin, output = process.stdout, timeZone } = options;
  const username = cleanLine(options.user).toLowerCase();
  if (username === '') {
    throw new PluginError('BAD_CREDENTIALS', 'terminal: the option "user" is empty; give the login of the person here');
  }
  const name = options.name ?? username;
  const person: ChatUser = { id: `terminal:${username}`, username, name, ...(timeZone && { timeZone }) };
  const typing = isTTY(input) && isTTY(output);
  const closing = new AbortController();
  const interceptors: ((line: string) => Promise<boolean>)[] = [];
  const screens = new Set<(said: Said) => void>();
  const typedAt: number[] = [];
  let receive: Receive | undefined;
  let running: Promise<void> | undefined;
  let editor: Interface | undefined;

  // `… | head`: nobody reads any more. Without a listener an error of the stream would end the process.
  let gone: Error | undefined;
  function lose(why: Error): void {
    gone ??= why;
    closing.abort();
  }
  output.on('error', lose);
  output.on('close', () => lose(new Error('it was closed')));
  input.on('error', () => {}); // whoever reads reports it; nobody does when it comes later

  function write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) => {
        const message = `terminal: the output is gone (${cause.message}); start again with one that is read`;
        reject(new PluginError('UNAVAILABLE', message, { notSent: true, cause }));
      };
      if (gone) fail(gone);
      else output.write(text, (error) => (error ? fail(error) : resolve()));
    });
  }

  function tellScreens(speaker: string, text: string): void {
    const said = { speaker, text: legible(text) };
    for (const tell of screens) tell(said);
  }

  function draw(speaker: string, text: string): Promise<void> {
    const lines = paragraph(speaker, text);
    if (!editor) return write(lines);
    // Over the line that is being typed; then as far down as the editor goes up to draw that line again.
    const { rows } = editor.getCursorPos();
    const up = rows > 0 ? `\u001b[${rows}A` : '';
    const shown = write(`\r${up}\u001b[J${lines}${'\n'.repeat(rows)}`);
    editor.prompt(true);
    return shown;
  }

  async function show(speaker: string, text: string): Promise<void> {
    await draw(speaker, text);
    tellScreens(speaker, text);
  }

  async function complain(what: string, error: unknown): Promise<void> {
    const why = error instanceof Error ? error.message : 'for no reason given';
    await show('terminal:', `${what}: ${why}`).catch(() => {}); // without a screen there is nobody to tell
  }

  /** What a person types, as they type it. */
  async function* typedLines(): AsyncGenerator<string> {
    const lines = createInterface({ input, output, prompt: '> ', signal: closing.signal });
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT')); // what Ctrl-C means is for the app to say
    lines.on('line', () => {
      typedAt.push(Date.now());
      lines.prompt();
    });
    lines.on('close', () => {
      editor = undefined;
      output.write('\n');
    });
    editor = lines;
    lines.prompt();
    yield* lines;
  }

  async function handOn(line: string, at: number): Promise<void> {
    try {
      for (const take of interceptors) {
        if (await take(line)) return;
      }
      await receive?.(line, at);
    } catch (error) {
      await complain('this line was not taken, please type it again', error);
    }
  }

  async function idle(bot: { idle(): Promise<void> }): Promise<void> {
    try {
      if (!closing.signal.aborted) await unlessAborted(bot.idle(), closing.signal);
    } catch (error) {
      await complain('the bot could not finish', error);
    }
  }

  async function read(bot: { idle(): Promise<void> }): Promise<void> {
    try {
      for await (const line of typing ? typedLines() : linesOf(input, closing.signal)) {
        const typed = typedAt.shift();
        if (closing.signal.aborted) break;
        if (line.trim() === '') continue;
        if (!typing) {
          await idle(bot); // what waits is asked before a line answers it, the first one too
          if (closing.signal.aborted) break;
          await show(`${username}:`, line);
        } else tellScreens(`${username}:`, line); // the editor has shown it here
        await handOn(line, typed ?? Date.now());
      }
    } catch (error) {
      await complain('reading ends here', error);
    }
    await idle(bot);
  }

  return {
    person,
    show,
    watch(tell) {
      screens.add(tell);
      return () => void screens.delete(tell);
    },
    async say(line) {
      if (closing.signal.aborted || !receive) {
        throw new PluginError('REJECTED', 'terminal: nobody listens here; say something while the bot runs');
      }
      const one = line.replace(/[\r\n]+/g, ' ');
      if (one.trim() === '') return;
      await show(`${username}:`, one);
      await handOn(one, Date.now());
    },
    listen(next) {
      if (closing.signal.aborted) throw new PluginError('REJECTED', 'terminal: it was closed; create another one');
      receive = next;
    },
    intercept(take) {
      interceptors.push(take);
    },
    async run(bot) {
      if (!receive && !closing.signal.aborted) {
        throw new PluginError('REJECTED', 'terminal: nobody listens yet; start the bot before terminal.run(bot)');
      }
      running ??= read(bot);
      await running;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
