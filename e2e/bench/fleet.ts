import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromReplica, ReplicaReport, ToReplica } from './replica.ts';

const PROGRAM = fileURLToPath(new URL('./replica.ts', import.meta.url));

/** A replica of the bot, a process of its own. */
export interface Replica {
  report(): Promise<ReplicaReport>;
  stop(): Promise<void>;
}

export interface Watch {
  /** The questions about these alerts have just gone out. */
  asked?(alerts: readonly string[]): void;
  /** So many more alerts were confirmed. */
  verdicts?(count: number): void;
}

/** Starts a replica, and resolves when it is at work. `failed` is called with what must not happen. */
export async function startReplica(url: string, watch: Watch, failed: (error: Error) => void): Promise<Replica> {
  const child: ChildProcess = fork(PROGRAM, [url], { serialization: 'advanced' });
  const ended = once(child, 'exit');
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  let reported: (report: ReplicaReport) => void = () => {};
  child.on('message', (message: FromReplica) => {
    if (message.type === 'ready') ready();
    if (message.type === 'failed') failed(new Error(`a replica: ${message.why}`));
    if (message.type === 'report') reported(message);
    if (message.type !== 'seen') return;
    if (message.asked.length > 0) watch.asked?.(message.asked);
    if (message.verdicts > 0) watch.verdicts?.(message.verdicts);
  });
  const say = (message: ToReplica) => child.send(message);
  const early = ended.then(([code]) => {
    throw new Error(`a replica ended before it was at work: exit code ${code}`);
  });
  await Promise.race([isReady, early]);
  early.catch(() => undefined);
  return {
    report: () =>
      new Promise((resolve) => {
        reported = resolve;
        say('report');
      }),
    async stop() {
      say('stop');
      await ended;
    },
  };
}
