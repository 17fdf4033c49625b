import { randomBytes } from 'node:crypto';
import type { Ground } from './engines.ts';
import { startReplica } from './fleet.ts';
import { INSERTION, insertAlerts } from './floor.ts';

export interface Whole {
  readonly alertsPerSecond: number;
  /** By replicas and detectors, an alert. */
  readonly statements: number;
  readonly commits: number;
  /** Of the replicas' processes, in ms an alert. */
  readonly cpuMs: number;
}

/** Alerts a replica has behind it before it is measured. */
const WARM_UP = 300;

/** Logins that nobody had before: no title of theirs is muted. */
export function newLogins(count: number): readonly string[] {
  const run = randomBytes(4).toString('hex');
  return Array.from({ length: count }, (_, n) => `${run}-${n}`);
}

/** Replicas at work on one database, which measure one run after the other: so they are warm. */
export interface Fleet {
  /**
   * Alerts of as many people through the whole conversation: inserted by detectors, then question, answer, permission,
   * push and verdict by the replicas.
   */
  measure(alerts: number): Promise<Whole>;
  stop(): Promise<void>;
}

/** Starts replicas, and warms them up. */
export async function startFleet(ground: Ground, size: number): Promise<Fleet> {
  let left = 0;
  let finished = Promise.withResolvers<void>();
  const watch = {
    verdicts(count: number) {
      left -= count;
      if (left <= 0) finished.resolve();
    },
  };
  const fail = (error: Error) => finished.reject(error);
  const replicas = await Promise.all(Array.from({ length: size }, () => startReplica(ground.url, watch, fail)));

  async function measure(alerts: number): Promise<Whole> {
    left = alerts;
    finished = Promise.withResolvers<void>();
    const before = await Promise.all(replicas.map((replica) => replica.report()));
    const started = performance.now();
    await Promise.all([insertAlerts(ground, newLogins(alerts)), finished.promise]);
    const seconds = (performance.now() - started) / 1000;
    const after = await Promise.all(replicas.map((replica) => replica.report()));
    const sum = (figure: 'statements' | 'commits' | 'cpuMs') =>
      after.reduce((total, report, n) => total + report[figure] - (before[n]?.[figure] ?? 0), 0) / alerts;
    return {
      alertsPerSecond: alerts / seconds,
      statements: sum('statements') + INSERTION.statements,
      commits: sum('commits') + INSERTION.commits,
      cpuMs: sum('cpuMs'),
    };
  }

  await measure(WARM_UP * size);
  return {
    measure,
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
    },
  };
}
