import { type Clock, type Observe, systemClock } from '@securitybot/core';
import { sparingly } from './sparingly.js';

/** An answer to a probe. `text` holds nothing that comes from outside. */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly text: string;
}

export interface HealthOptions {
  /** Has the database do something small. Rejects where it does not answer, or takes no writes. */
  readonly askStore: () => Promise<unknown>;
  /** Is told when nothing was claimed for too long, again each time as long has passed, and when that is over. */
  readonly tell?: (level: 'error' | 'info', text: string) => void;
  /** Without a claim for as long, a replica is not ready, in ms. Default: 180,000, longer than any call may take. */
  readonly silenceMs?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/** Whether a bot does its work, for probes and for people. */
export interface Health {
  /** For the option `observe` of `createSecuritybot`. */
  readonly observe: Observe;
  /** The bot runs: from here on it has to claim. */
  started(): void;
  /** The bot stops, and is not ready any more. May be called twice, and without a start. */
  stopping(): void;
  /** No: only a restart can help. */
  live(): ProbeAnswer;
  /** No: it starts or stops, the database is away or read-only, or it has claimed nothing for too long. */
  ready(): Promise<ProbeAnswer>;
  /** How long ago the store was last asked for work and answered, in ms; `undefined` while the bot does not run. */
  sinceClaimMs(): number | undefined;
}

/** Longer than a database may take to fail a claim and the loop to try again, in ms; and so long that no storm of slow calls fills all hands. */
const LIVE_MS = 600_000;
const ASK_MS = 1000;
const PATIENCE_MS = 2000;

const inSeconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/**
 * The health of one bot. A claim is a look for due conversations that the store answered, also with none, so that an idle bot
 * claims each second. Where none succeeds for `silenceMs`, the bot is not ready, and `tell` is told. It is still alive: mostly
 * the database is away, and a restart would bring it back no sooner. Where none even fails for ten minutes, the bot is stuck.
 */
export function createHealth({ askStore, tell, silenceMs = 180_000, clock = systemClock }: HealthOptions): Health {
  const ask = sparingly(askStore, { clock, leastMs: ASK_MS, patienceMs: PATIENCE_MS });
  const stop = new AbortController();
  /** By this process's clock. */
  let claimedAt: number | undefined;
  let triedAt = 0;
  let isTold = false;

  const since = () => (claimedAt === undefined ? undefined : clock.now() - claimedAt);

  async function watch(): Promise<void> {
    for (let silence = since(); silence !== undefined; silence = since()) {
      if (silence >= silenceMs) {
        isTold = true;
        tell?.('error', `nothing was claimed for ${inSeconds(silence)}: is the database away, or the bot stuck?`);
      }
      await clock.sleep(silence >= silenceMs ? silenceMs : silenceMs - silence, stop.signal);
    }
  }

  return {
    observe(observation) {
      if (observation.type !== 'turn' || observation.kind !== 'claim' || claimedAt === undefined) return;
      triedAt = clock.now();
      if (observation.code !== undefined) return;
      const silence = triedAt - claimedAt;
      claimedAt = triedAt;
      if (!isTold) return;
      isTold = false;
      tell?.('info', `it claims again, after ${inSeconds(silence)}`);
    },
    started() {
      if (stop.signal.aborted || claimedAt !== undefined) return;
      claimedAt = clock.now();
      triedAt = claimedAt;
      void watch();
    },
    stopping() {
      claimedAt = undefined;
      stop.abort();
    },
    live() {
      const isStuck = claimedAt !== undefined && clock.now() - triedAt >= LIVE_MS;
      return isStuck
        ? { ok: false, text: `stuck: no claim was even tried for ${inSeconds(clock.now() - triedAt)}` }
        : { ok: true, text: 'ok' };
    },
    async ready() {
      if (stop.signal.aborted) return { ok: false, text: 'stopping' };
      const silence = since();
      if (silence === undefined) return { ok: false, text: 'starting' };
      if (silence >= silenceMs) return { ok: false, text: `nothing was claimed for ${inSeconds(silence)}` };
      return ask().then(
        () => ({ ok: true, text: 'ok' }),
        () => ({ ok: false, text: 'the database does not answer, or takes no writes' }),
      );
    },
    sinceClaimMs: since,
  };
}
