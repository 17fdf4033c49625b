import assert from 'node:assert/strict';
import { defaultPolicy, type Observation, type Policy, type SecuritybotOptions } from '@securitybot/core';
import { type Clock, createClock } from '../clock.js';
import { type Activity, createProcess, type Process } from './process.js';
import type { CreateStage, Stage } from './stage.js';
import { createTranscript, type Place, type Transcript } from './transcript.js';

/** A Monday, 10:00 in UTC: the first working minute of a story's week. */
export const STORY_START = Date.UTC(2026, 0, 5, 10);

export interface StoryOptions<S extends Stage> {
  /** Logins: people in the chat who have a second factor. By default ann and bob. */
  readonly people?: readonly string[];
  /** When it begins; by default on a Monday at 10:00, when working hours do. */
  readonly start?: Date | number;
  /** What differs from core's default policy, with working hours in UTC. */
  readonly policy?: Partial<Policy>;
  /** The bot's other options. It polls each 5 s of simulated time unless told otherwise. */
  readonly options?: Partial<Omit<SecuritybotOptions, 'policy' | 'clock'>>;
  /** Where it is played; by default in memory. */
  readonly stage?: CreateStage<S>;
}

/** What everybody in a story shares. */
export interface World<S extends Stage> {
  readonly stage: S;
  readonly clock: Clock;
  readonly transcript: Transcript;
  /** Everything that can happen now has happened, and is written down. */
  settle(): Promise<void>;
  /** Waits until it is so; fails, saying what was waited for. */
  eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T>;
  /** The same without failing. */
  patiently<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T | undefined>;
  process(): Process;
  startAnew(): Promise<void>;
  close(): Promise<void>;
}

/** Turns of the event loop without a call of a plugin, after which nothing more happens by itself. */
const STILL_TURNS = 4;
const PATIENCE_MS = 5000;

async function quiet(activity: Activity): Promise<void> {
  let seen = -1;
  for (let still = 0; still < STILL_TURNS; still += 1) {
    if (activity.underWay > 0 || activity.calls !== seen) still = 0;
    seen = activity.calls;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

export async function createWorld<S extends Stage>(
  createStage: CreateStage<S>,
  { people = ['ann', 'bob'], start = STORY_START, policy, options }: StoryOptions<S>,
): Promise<World<S>> {
  const activity: Activity = { calls: 0, underWay: 0 };
  const clock = createClock(start, { settle: () => quiet(activity) });
  const stage = await createStage({ clock, people });
  const transcript = createTranscript(stage, clock, people);
  const utc = { ...defaultPolicy, hours: { ...defaultPolicy.hours, zone: 'UTC' } };
  const botOptions = {
    reportingChannel: stage.chat.roomName,
    pollMs: 5000,
    ...options,
    policy: { ...utc, ...policy },
    clock,
    observe(observation: Observation) {
      options?.observe?.(observation);
      if (observation.type === 'failure') transcript.add(`(could not ${observation.doing}: ${observation.error})`);
    },
  };

  const { chat, auth, tasker, blacklist } = stage;
  let process = createProcess(
    { chat: chat.chat, auth: auth.auth, tasker: tasker.tasker, blacklist: blacklist.blacklist },
    botOptions,
    activity,
  );
  await process.bot.start();

  const settle = async (): Promise<void> => {
    // While a provider fails idle() waits for the clock, and rejects while the store does; the dead do not answer at
    // all. Then stillness is all there is to wait for.
    if (!process.isDead()) await Promise.race([process.bot.idle().catch(() => {}), quiet(activity)]);
    await quiet(activity);
    await transcript.look();
  };

  const patiently: World<S>['patiently'] = async (look) => {
    const end = Date.now() + (stage.patienceMs ?? PATIENCE_MS);
    for (;;) {
      await settle();
      const found = await look();
      if (found !== undefined || Date.now() >= end) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  return {
    stage,
    clock,
    transcript,
    settle,
    process: () => process,
    patiently,
    async eventually(what, look) {
      const found = await patiently(look);
      if (found === undefined) assert.fail(what);
      return found;
    },
    async startAnew() {
      const next = {
        chat: await chat.restart(),
        auth: (await auth.restart?.()) ?? auth.auth,
        tasker: await tasker.other(),
        blacklist: await blacklist.other(),
      };
      process = createProcess(next, botOptions, activity);
      await process.bot.start();
      await settle();
    },
    async close() {
      if (!process.isDead()) await process.bot.stop();
      await stage.close?.();
    },
  };
}

/** Whether a text is as expected. */
export const like = (expected: RegExp | string, text: string): boolean =>
  typeof expected === 'string' ? text.includes(expected) : expected.test(text);

/** The next message of a place that is like this, and passes the check. What comes before it counts as told of. */
export async function nextMessage<S extends Stage>(
  world: World<S>,
  place: Place,
  expected: RegExp | string,
  kind: { readonly what: string; readonly accept?: (text: string, choices: readonly string[]) => boolean },
): Promise<string> {
  return world.eventually(`${kind.what} like ${expected} did not come to ${place.name}`, () => {
    const index = place.messages.findIndex(
      ({ text, choices }, at) =>
        at >= place.told && like(expected, text) && (kind.accept === undefined || kind.accept(text, choices)),
    );
    const message = place.messages[index];
    if (message) place.told = index + 1;
    return message?.text;
  });
}

/** Fails when a place has messages that the story has not told of. */
export async function nothingMore<S extends Stage>(world: World<S>, place: Place): Promise<void> {
  await world.settle();
  const more = place.messages.slice(place.told).map(({ text }) => text);
  assert.deepEqual(more, [], `${place.name} heard more than the story tells`);
}
