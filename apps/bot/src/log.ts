import { isPluginError, type Observation, type Observe } from '@securitybot/core';
import { type Logger, pino } from 'pino';

/** Structured logs, a JSON object a line, to stderr: stdout is the terminal chat's. */
export function createLogger({ logLevel }: { readonly logLevel: string }): Logger {
  return pino(
    { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** The error's own words, for a log: of errors nobody foresaw with the place. A plugin's errors hold no text of an alert. */
export function errorFields(error: unknown) {
  if (isPluginError(error)) return { code: error.code, error: error.message };
  return error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
}

/** Who waits for a provider's limit may be many, and none of it is a fault: of each plugin one such line so often, in ms. */
const LIMIT_MS = 60_000;

/** The level of a failure. `told`: when a limit was last told, by plugin. */
function levelOf(error: unknown, told: Map<string, number>): 'error' | 'warn' | 'debug' {
  if (!isPluginError(error) || error.code !== 'RATE_LIMITED') return 'error';
  const plugin = error.message.slice(0, error.message.indexOf(':'));
  const now = performance.now();
  if (now - (told.get(plugin) ?? Number.NEGATIVE_INFINITY) < LIMIT_MS) return 'debug';
  told.set(plugin, now);
  return 'warn';
}

/** Logs what the bot tells: what a person should see above debug, and no text of an alert. */
export function logObservations(log: Logger): Observe {
  const told = new Map<string, number>();
  const write = (observation: Observation): void => {
    switch (observation.type) {
      case 'failure':
        log[levelOf(observation.error, told)](errorFields(observation.error), `could not ${observation.doing}`);
        break;
      case 'verdict': {
        const { alert, username, verdict, afterMs } = observation;
        const why = verdict.kind === 'escalated' ? { cause: verdict.cause } : {};
        log.info({ alert, username, verdict: verdict.kind, ...why, afterMs }, 'verdict');
        break;
      }
      case 'ignored':
        log.info({ person: observation.person, why: observation.why }, 'message ignored');
        break;
      case 'alert':
        log.info({ alert: observation.alert, username: observation.username }, 'alert');
        break;
      case 'turn': // two a second find nothing
        log[observation.found > 0 || observation.code !== undefined ? 'debug' : 'trace'](observation, observation.type);
        break;
      default:
        log.debug(observation, observation.type);
        break;
    }
  };
  return write;
}

/** Where a plugin's own lines go. */
export function logLines(log: Logger, plugin: string) {
  return (level: 'info' | 'warn' | 'error', text: string): void => log[level]({ plugin }, text);
}
