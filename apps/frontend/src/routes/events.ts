import type { OpenAPIHono } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { type AppEnv, type GuardParts, identify } from '../access/guard.js';
import { followEvents } from '../contract/routes.js';
import { createFeed, type News, type Told } from '../feed.js';
import { problem } from '../problems.js';
import { toAlert } from './alerts.js';

/** How many may listen to one process. */
const MOST_LISTENERS = 200;
/** So many looks at the database after each other, it is looked who listens, too. */
const LOOKS = 15;
const EVERY_MS = 1000;
/** Who does not keep up is told once to list anew. */
const MOST_WAITING = 1000;

export interface EventsOptions {
  readonly onError: (error: unknown) => void;
  /** Between two looks at the database, in ms. */
  readonly everyMs?: number;
}

/** What `Last-Event-ID` names; undefined where it is none of ours. */
function toldBy(lastEventId = ''): Told | undefined {
  const [, changedAt, id] = /^(\d{1,15})-([0-9a-f]+)$/.exec(lastEventId) ?? [];
  return id === undefined ? undefined : { id, changedAt: Number(changedAt) };
}

async function write(stream: SSEStreamingApi, news: News): Promise<void> {
  if (news === 'many') return stream.writeSSE({ event: 'many', data: '{}' });
  for (const { alert, changedAt } of news) {
    await stream.writeSSE({
      event: 'alert',
      id: `${changedAt}-${alert.alert.id}`,
      data: JSON.stringify(toAlert(alert)),
    });
  }
}

/** News that wait to be taken. */
interface Mailbox {
  readonly put: (news: News) => void;
  /** Undefined: nothing came for a while. */
  readonly take: (stream: SSEStreamingApi) => Promise<News | undefined>;
}

function createMailbox(patienceMs: number): Mailbox {
  let waiting: News[] = [];
  let wake = () => {};
  return {
    put(news) {
      waiting = waiting.length < MOST_WAITING ? [...waiting, news] : ['many'];
      wake();
    },
    async take(stream) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patienceMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          stream.onAbort(wake);
        });
      }
      return waiting.shift();
    },
  };
}

export function addEvents(
  app: OpenAPIHono<AppEnv>,
  parts: GuardParts,
  { onError, everyMs = EVERY_MS }: EventsOptions,
): void {
  const { streams } = parts;
  const feed = createFeed(parts.database, { onError, everyMs });
  const beatMs = everyMs * LOOKS;
  let listeners = 0;
  app.openapi(followEvents, async (context) => {
    if (listeners >= MOST_LISTENERS) return problem(context, 'too-many', 'Too many are listening.') as never;
    listeners += 1;
    const mailbox = createMailbox(beatMs);
    // Before the answer begins: who has it, misses nothing.
    const end = await feed.listen(mailbox.put).finally(() => {
      listeners -= 1;
    });
    const last = toldBy(context.req.header('last-event-id'));
    return streamSSE(
      context,
      async (stream) => {
        listeners += 1;
        const forget = streams.add(context.get('identity')?.key ?? '', () => stream.abort());
        try {
          await stream.write('retry: 2000\n\n');
          if (last) await write(stream, await feed.missed(last));
          let looked = performance.now();
          while (!stream.aborted) {
            const news = await mailbox.take(stream);
            if (performance.now() - looked >= beatMs) {
              // Whose session or token has ended hears nothing more, however much happens.
              if ((await identify(context, parts)) === undefined) return;
              looked = performance.now();
              await stream.write(': still there\n\n');
            }
            if (news !== undefined) await write(stream, news);
          }
        } finally {
          forget();
          end();
          listeners -= 1;
        }
      },
      async (error) => onError(error),
    ) as never;
  });
}
