import type { Observe } from '@securitybot/core';
import { assertWritable, countOpenTasks, readOverdueMs, type SqlDatabase } from '@securitybot/sql';
import { createHealth, createMetrics, createTracing, observeAll, serveTelemetry } from '@securitybot/telemetry';
import type { Logger } from 'pino';
import type { Environment } from './environment.js';
import { logObservations } from './log.js';

/** What the bot tells of itself. */
export interface Telemetry {
  readonly observe: Observe;
  /** The database is open, and can be asked. */
  read(database: SqlDatabase): void;
  started(): void;
  stopping(): void;
  close(): Promise<void>;
}

/**
 * Logs, the watchdog, traces for an SDK of OpenTelemetry that the process may have been started with; and health and metrics
 * where the environment gives them a port. They are served before there is a database: a start may take long, and is no
 * reason to be killed.
 */
export async function startTelemetry({ metrics: at }: Pick<Environment, 'metrics'>, log: Logger): Promise<Telemetry> {
  let database: SqlDatabase | undefined;
  async function ask<T>(question: (of: SqlDatabase) => Promise<T>): Promise<T> {
    if (!database) throw new Error('the database is not open yet');
    return question(database);
  }

  const store = {
    overdueMs: () => ask(readOverdueMs),
    openTasks: () => ask(countOpenTasks),
    writable: () => ask(assertWritable),
  };
  const health = createHealth({ askStore: store.writable, tell: (level, text) => log[level](text) });
  const always = observeAll(logObservations(log), health.observe, createTracing());
  const common = {
    read(opened: SqlDatabase) {
      database = opened;
    },
    started: health.started,
    stopping: health.stopping,
  };
  if (!at) {
    return { ...common, observe: always, close: async () => health.stopping() };
  }

  const { registry, observe } = createMetrics({ store, health });
  const server = await serveTelemetry({ ...at, health, registry }).catch((error: Error) => {
    throw new Error(`${error.message} Set SECURITYBOT_METRICS_PORT to one, or unset it.`, { cause: error });
  });
  log.info({ url: server.url }, 'health and metrics are served');
  return {
    ...common,
    observe: observeAll(always, observe),
    close() {
      health.stopping();
      return server.close();
    },
  };
}
