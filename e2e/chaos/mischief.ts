import type { ChaosDatabase } from './database.ts';
import { pick, type Random } from './plan.ts';
import type { DatabaseProxy } from './proxy.ts';
import type { Replicas } from './replicas.ts';
import type { World } from './world.ts';

interface Stage {
  readonly world: World;
  readonly replicas: Replicas;
  readonly database: ChaosDatabase;
  readonly proxy: DatabaseProxy;
}

/** Longer than the lease of a replica, which is half a minute. */
const PAUSE_MS = 35_000;

/** What may go wrong, and how often against the others. Each takes its time, and leaves the world as it was. */
const MISCHIEF = {
  'kill a replica': { weight: 6 },
  'pause a replica past its lease': { weight: 1 },
  'replace a replica': { weight: 2 },
  'end all database connections': { weight: 2 },
  'restart the database': { weight: 1 },
  'Slack is away': { weight: 1 },
  'Slack drops its connections': { weight: 2 },
  'Slack refreshes its connections': { weight: 1 },
  'Slack delivers again': { weight: 4 },
  'Slack says 429': { weight: 3 },
  'Slack says 500': { weight: 3 },
  'Slack loses its answer': { weight: 1 },
  'Duo is away': { weight: 1 },
  'Duo says 429': { weight: 2 },
  'Duo says 500': { weight: 2 },
  'Duo loses its answer': { weight: 2 },
} as const;

type Name = keyof typeof MISCHIEF;

/** Makes trouble until it is told to stop, then waits for the last of it to be over. */
export function makeMischief(
  stage: Stage,
  random: Random,
  tell: (line: string) => void,
): { readonly counts: Readonly<Record<string, number>>; stop(): Promise<void> } {
  const { replicas, database, proxy } = stage;
  const { slack, duo } = stage.world;
  const counts: Record<string, number> = {};
  const stopping = new AbortController();
  const running = new Map<Name, Promise<void>>();
  const busy = new Set<number>();

  /** Ends early when all is to be over. */
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      stopping.signal.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      }
      if (stopping.signal.aborted) done();
    });

  /** One that nothing else is being done to, while at least one other runs. */
  async function withReplica(act: (index: number) => Promise<void>): Promise<void> {
    const free = Array.from({ length: replicas.count }, (_, index) => index).filter((index) => !busy.has(index));
    const index = free[Math.floor(random() * free.length)];
    if (index === undefined || free.length < 2) return;
    busy.add(index);
    await act(index).finally(() => busy.delete(index));
  }

  const acts: Readonly<Record<Name, () => Promise<void>>> = {
    'kill a replica': () =>
      withReplica(async (index) => {
        await replicas.end(index, 'SIGKILL');
        await rest(random() * 3_000);
        replicas.start(index);
      }),
    'pause a replica past its lease': () =>
      withReplica(async (index) => {
        replicas.signal(index, 'SIGSTOP');
        await rest(PAUSE_MS);
        replicas.signal(index, 'SIGCONT');
      }),
    'replace a replica': () =>
      withReplica(async (index) => {
        await replicas.end(index, 'SIGTERM');
        replicas.start(index);
      }),
    'end all database connections': () => database.killConnections(),
    async 'restart the database'() {
      await proxy.goDown();
      await rest(2_000 + random() * 8_000);
      await proxy.comeUp();
    },
    async 'Slack is away'() {
      await slack.faults.goDown();
      await rest(2_000 + random() * 10_000);
      await slack.faults.comeUp();
    },
    'Slack drops its connections': async () => slack.faults.dropConnections(),
    'Slack refreshes its connections': async () => slack.faults.disconnect('refresh_requested'),
    async 'Slack delivers again'() {
      const sent = slack.deliveries.filter(({ eventId }) => eventId !== undefined).slice(-20);
      const eventId = sent[Math.floor(random() * sent.length)]?.eventId;
      if (eventId !== undefined && slack.connections.some(({ open }) => open))
        slack.faults.redeliver({ eventId, times: 2 });
    },
    'Slack says 429': async () => slack.faults.rateLimit({ times: 1 + Math.floor(random() * 10), retryAfter: 2 }),
    'Slack says 500': async () => slack.faults.answer(500, { times: 1 + Math.floor(random() * 5) }),
    'Slack loses its answer': async () => slack.faults.answer('reset', { method: 'chat.postMessage', done: true }),
    async 'Duo is away'() {
      await duo.faults.goDown();
      await rest(2_000 + random() * 10_000);
      await duo.faults.comeUp();
    },
    'Duo says 429': async () => duo.faults.rateLimit({ times: 1 + Math.floor(random() * 5), retryAfter: 2 }),
    'Duo says 500': async () => duo.faults.answer(500, { times: 1 + Math.floor(random() * 3) }),
    'Duo loses its answer': async () => duo.faults.answer('reset', { path: '/auth/v2/auth', done: true }),
  };

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await rest(500 + random() * 2_500);
      if (stopping.signal.aborted) return;
      const name = pick(random, MISCHIEF);
      if (running.has(name)) continue; // one of a kind at a time
      counts[name] = (counts[name] ?? 0) + 1;
      tell(name);
      running.set(
        name,
        acts[name]().finally(() => running.delete(name)),
      );
    }
  }
  const looping = loop();

  return {
    counts,
    async stop() {
      stopping.abort();
      await looping;
      await Promise.all(running.values());
      slack.faults.mend();
      duo.faults.mend();
    },
  };
}
