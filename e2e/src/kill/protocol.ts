import type { InboundEvent } from '@securitybot/core';

/*
 * What the bot that is killed and the test that outlives it say to each other. Chat and second factor live in the test:
 * the outside world does not end when the bot does.
 */

/** Where a bot may die: the n-th time that it comes to that place. */
export interface Point {
  readonly place: string;
  readonly time: number;
}

/** What the bot asks of the outside world: a method of its chat or its second factor. */
export interface Call {
  readonly type: 'call';
  readonly number: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type FromBot =
  | { readonly type: 'loaded' }
  | { readonly type: 'running' }
  /** It had nothing left to do. `passed`: the points that it passed since it was armed. */
  | { readonly type: 'settled'; readonly passed: readonly string[] }
  | Call
  /** The event with that id is taken, or could not be. */
  | { readonly type: 'acknowledged' | 'refused'; readonly event: string };

export type ToBot =
  | { readonly type: 'run' }
  | { readonly type: 'arm'; readonly at: Point }
  | { readonly type: 'reply'; readonly number: number; readonly value: unknown }
  | { readonly type: 'event'; readonly event: InboundEvent }
  | { readonly type: 'settle' }
  | { readonly type: 'stop' };
