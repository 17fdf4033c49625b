import type { EffectType, Verdict } from '../conversation/types.js';

/** What happened. No text of an alert or a person is in it. Durations in ms. */
export type Observation =
  | { readonly type: 'alert'; readonly alert: string; readonly username: string; readonly person: string }
  | { readonly type: 'asked'; readonly alert: string; readonly afterMs: number }
  | {
      readonly type: 'verdict';
      readonly alert: string;
      readonly username: string;
      readonly verdict: Verdict;
      readonly afterMs: number;
    }
  /** `code`: it failed with that. */
  | {
      readonly type: 'effect';
      readonly effect: EffectType;
      readonly key: string;
      readonly tookMs: number;
      readonly code?: string;
    }
  | { readonly type: 'message'; readonly person: string; readonly tookMs: number }
  /** A message that nobody answers: from somebody the chat does not let us talk to, or without sense. */
  | { readonly type: 'ignored'; readonly person: string; readonly why: string }
  | { readonly type: 'conflict'; readonly person: string }
  | { readonly type: 'failure'; readonly doing: string; readonly error: unknown };

export type Observe = (observation: Observation) => void;
