import { type Clock, type MessageRef, type OutgoingMessage, PluginError } from '@securitybot/core';
import { MOST_BUNDLED } from './content.js';
import type { Delays } from './delays.js';

/** What a channel takes: one message a second, a little less for what clocks differ, and some at once after a rest. https://docs.slack.dev/apis/web-api/rate-limits */
const PACE_MS = 1050;
const BURST = 3;
/** How long a message waits here, in ms; its sender tries again, and has a limit of its own. */
const PATIENCE_MS = 60_000;
/** In a room, more than this wait as one message. */
const SINGLE = 10;
/** After a stop of the method, messages that are not urgent go on at some time within this, in ms. */
const SPREAD_MS = 500;
/** Channels whose pace is remembered. */
const MOST_LANES = 1000;

/** Where messages wait for each other. */
export interface Place {
  /** A channel's or a person's id. */
  readonly id: string;
  /** Many that wait may become one. */
  readonly isRoom: boolean;
}

interface Waiting {
  readonly message: OutgoingMessage;
  readonly since: number;
  readonly resolve: (ref: MessageRef) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly place: Place;
  waiting: readonly Waiting[];
  /** How many may go out now, and as of when. */
  tokens: number;
  asOf: number;
  /** Slack has limited this channel until then. */
  notBefore: number;
  running: boolean;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly delays: Delays;
  /** How long no channel may be written to, in ms. */
  readonly stoppedMs: () => number;
  /** One call for one or more messages to a place. `isBusy`: the channel has had others lately, so a limit may be its own. */
  readonly deliver: (place: Place, messages: readonly OutgoingMessage[], isBusy: boolean) => Promise<MessageRef>;
  /** Nobody waits any more. */
  readonly stopping: AbortSignal;
}

/** Messages on their way, in order within each channel, the urgent ones first. None is dropped: each goes out, or its sender is told. */
export function createQueue({ clock, delays, stoppedMs, deliver, stopping }: QueueOptions) {
  const lanes = new Map<string, Lane>();

  function refill(lane: Lane): void {
    const now = clock.now();
    lane.tokens = Math.min(BURST, lane.tokens + (now - lane.asOf) / PACE_MS);
    lane.asOf = now;
  }

  /** How long the channel has to wait, in ms. */
  function waitOf(lane: Lane): number {
    refill(lane);
    const pace = lane.tokens >= 1 ? 0 : (1 - lane.tokens) * PACE_MS;
    return Math.ceil(Math.max(pace, lane.notBefore - clock.now(), stoppedMs()));
  }

  function settle(lane: Lane, some: readonly Waiting[], isOut: boolean, tell: (one: Waiting) => void): void {
    lane.waiting = lane.waiting.filter((one) => !some.includes(one));
    for (const one of some) {
      delays.end(nameOf(lane, one.message), isOut);
      tell(one);
    }
  }

  const nameOf = (lane: Lane, { key }: OutgoingMessage) => `${lane.place.id} ${key}`;

  /** Gives up what would wait for too long. */
  function giveUp(lane: Lane, wait: number): void {
    const patience = stopping.aborted ? 0 : PATIENCE_MS;
    const late = lane.waiting.filter(({ since }) => clock.now() + wait > since + patience);
    if (late.length === 0) return;
    const message = `slack: Slack's limits hold up what is for ${lane.place.id}: try again later`;
    settle(lane, late, false, ({ reject }) =>
      reject(new PluginError('RATE_LIMITED', message, { retryAfterMs: Math.max(1000, wait) })),
    );
  }

  /** What goes out next, in one call. */
  function next(lane: Lane): readonly Waiting[] {
    const inOrder = [
      ...lane.waiting.filter(({ message }) => message.urgent),
      ...lane.waiting.filter(({ message }) => !message.urgent),
    ];
    const isMany = lane.place.isRoom && inOrder.length > SINGLE;
    return inOrder.slice(0, isMany ? MOST_BUNDLED : 1);
  }

  async function sendNext(lane: Lane): Promise<void> {
    const batch = next(lane);
    const messages = batch.map(({ message }) => message);
    const isBusy = lane.tokens < BURST - 1;
    lane.tokens -= 1;
    try {
      const ref = await deliver(lane.place, messages, isBusy);
      settle(lane, batch, true, ({ resolve }) => resolve(ref));
    } catch (error) {
      const isLimit = error instanceof PluginError && error.code === 'RATE_LIMITED';
      if (isLimit) lane.notBefore = clock.now() + (error.retryAfterMs ?? PACE_MS);
      else settle(lane, batch, true, ({ reject }) => reject(error));
    } finally {
      lane.asOf = clock.now(); // Slack counts from when it came there, which is later than when it left
    }
  }

  async function run(lane: Lane): Promise<void> {
    lane.running = true;
    while (lane.waiting.length > 0) {
      const wait = waitOf(lane);
      giveUp(lane, wait);
      if (wait <= 0) {
        await sendNext(lane);
        continue;
      }
      if (lane.waiting.length === 0) break;
      const isUrgent = lane.waiting.some(({ message }) => message.urgent);
      const spread = stoppedMs() > 0 && !isUrgent ? Math.random() * SPREAD_MS : 0;
      await clock.sleep(wait + spread, stopping);
    }
    lane.running = false;
  }

  function laneOf(place: Place): Lane {
    const known = lanes.get(place.id);
    if (known) return known;
    if (lanes.size >= MOST_LANES) {
      for (const [id, lane] of lanes) if (!lane.running && waitOf(lane) <= 0 && lane.tokens >= BURST) lanes.delete(id);
    }
    const lane: Lane = { place, waiting: [], tokens: BURST, asOf: clock.now(), notBefore: 0, running: false };
    lanes.set(place.id, lane);
    return lane;
  }

  /** Resolves when Slack has the message. Rejects with `RATE_LIMITED` when that takes longer than a minute. */
  return function send(place: Place, message: OutgoingMessage): Promise<MessageRef> {
    const lane = laneOf(place);
    return new Promise((resolve, reject) => {
      delays.begin(nameOf(lane, message));
      lane.waiting = [...lane.waiting, { message, since: clock.now(), resolve, reject }];
      if (!lane.running) void run(lane);
    });
  };
}
