import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type AppEnv, type GuardParts, identify } from '../access/guard.js';
import { change, changeOne } from '../changes.js';
import type { DemoAnswer, DemoState } from '../contract/demo.js';
import * as routes from '../contract/routes.js';
import { problem } from '../problems.js';

/** A chat and a second factor that a browser may play both sides of; one is made by `@securitybot/terminal`. */
export interface DemoRoom {
  state(): DemoState;
  /** Calls back whenever the state has changed. @returns what ends it. */
  follow(changed: () => void): () => void;
  say(line: string): Promise<void>;
  /** False: that push is over. */
  answer(id: string, answer: DemoAnswer['answer']): Promise<boolean>;
}

/** How often whoever listens hears that the room is still there, in ms. */
const BEAT_MS = 15_000;

/** What rings before anybody waits is heard, too. */
function createBell() {
  let hasRung = false;
  let wake = () => {};
  return {
    ring() {
      hasRung = true;
      wake();
    },
    /** Resolves when it rings, or after a beat. */
    async wait(): Promise<void> {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, BEAT_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      hasRung = false;
    },
  };
}

export function addDemo(
  app: OpenAPIHono<AppEnv>,
  parts: GuardParts,
  room: DemoRoom,
  onError: (error: unknown) => void,
): void {
  const { database, streams } = parts;

  app.use('/api/demo/*', async (context, next) => {
    if (context.get('identity')?.how === 'session') return next();
    return problem(context, 'forbidden', 'The demo room is for people: sign in.');
  });

  app.openapi(routes.followDemo, (context: Context<AppEnv>) => {
    const bell = createBell();
    return streamSSE(
      context,
      async (stream) => {
        stream.onAbort(bell.ring);
        const leave = room.follow(bell.ring);
        const forget = streams.add(context.get('identity')?.key ?? '', () => stream.abort());
        try {
          // Whose session has ended sees nothing more.
          while (!stream.aborted && (await identify(context, parts)) !== undefined) {
            await stream.writeSSE({ event: 'state', data: JSON.stringify(room.state()) });
            await bell.wait();
          }
        } finally {
          forget();
          leave();
        }
      },
      async (error) => onError(error),
    ) as never;
  });

  app.openapi(routes.sayInDemo, async (context) => {
    const { text } = context.req.valid('json');
    await change(context, database, 'demo.say', [text], async () => {
      await room.say(text);
      return ['done'];
    });
    return context.json({ changed: true }, 200);
  });

  app.openapi(routes.answerInDemo, async (context) => {
    const { id, answer } = context.req.valid('json');
    const changed = await changeOne(context, database, 'demo.answer', `${answer}: ${id}`, () =>
      room.answer(id, answer),
    );
    return context.json({ changed }, 200);
  });
}
