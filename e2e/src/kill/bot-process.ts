import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Outside } from './outside.js';
import type { FromBot, Point, ToBot } from './protocol.js';
import type { Story } from './stories.js';

const BOT = fileURLToPath(new URL('../../dist/bot-to-kill.js', import.meta.url));

/** A bot that can be killed, as a process. */
export interface BotProcess {
  /** Begins to work for the outside world: takes what is pending, answers what is asked. */
  run(outside: Outside): Promise<void>;
  /** To die at that point, counted from now. */
  arm(at: Point): void;
  /** Resolves when it has nothing left to do, with the places it passed since it was armed; with nothing when it is dead. */
  settle(): Promise<readonly string[] | undefined>;
  /** Lets it end by itself. */
  stop(): Promise<void>;
  /** Ends it, in any state. */
  kill(): Promise<void>;
  isDead(): boolean;
  readonly ended: Promise<void>;
  /** What it said on stderr, and how it ended. */
  lastWords(): string;
}

/** Loads a bot on a database; it does nothing yet. */
export function launch(url: string, work: Story['work']): BotProcess {
  const child = spawn(process.execPath, [BOT, url, work], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const ended = once(child, 'close').then(() => {});
  const isDead = () => child.exitCode !== null || child.signalCode !== null;
  const send = (message: ToBot) => {
    if (child.connected) child.send(message, () => {}); // it may die while this is on its way
  };
  /** Resolves when it says that, or is dead. */
  const hears = <T extends FromBot['type']>(type: T) =>
    new Promise<(FromBot & { readonly type: T }) | undefined>((resolve) => {
      child.on('message', (message: FromBot) => {
        if (message.type === type) resolve(message as FromBot & { readonly type: T });
      });
      ended.then(() => resolve(undefined));
    });
  const loaded = hears('loaded');
  const running = hears('running');

  /** Hands over what is pending, one after the other, and again what was refused. */
  async function serve(outside: Outside): Promise<void> {
    const { pending } = outside;
    let isAsked = false;
    const deliver = () => {
      const [event] = pending;
      if (!event || isAsked || isDead()) return;
      isAsked = true;
      send({ type: 'event', event });
    };
    child.on('message', async (message: FromBot) => {
      if (message.type === 'call') send({ type: 'reply', number: message.number, value: outside.reply(message) });
      if (message.type !== 'acknowledged' && message.type !== 'refused') return;
      if (message.type === 'acknowledged') pending.shift();
      else await delay(100); // as a provider does
      isAsked = false;
      deliver();
    });
    outside.onEvent = deliver;
    await loaded;
    send({ type: 'run' });
    await running;
    deliver();
  }

  return {
    run: serve,
    arm: (at) => send({ type: 'arm', at }),
    async settle() {
      const settled = hears('settled');
      send({ type: 'settle' });
      return (await settled)?.passed;
    },
    async stop() {
      send({ type: 'stop' });
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    isDead,
    ended,
    lastWords: () => `${words}${child.signalCode ?? child.exitCode}`,
  };
}
