import type { Answer, EffectType, Verdict } from '../conversation/types.js';

/** A piece of the engine's work: a look for new alerts, a claim, one claimed conversation, one event of the chat. */
export type TurnKind = 'intake' | 'claim' | 'work' | 'message';

/** What is asked of the providers: of the chat, of the second factor. */
export type ProviderCall =
  | { readonly provider: 'chat'; readonly call: 'findUser' | 'send' | 'edit' }
  | { readonly provider: 'auth'; readonly call: 'readiness' | 'challenge' | 'check' };

/** What happened. No text of an alert or a person is in it. Durations in ms. `code`: it failed with that PluginError's. */
export type Observation =
  | { readonly type: 'alert'; readonly alert: string; readonly username: string; readonly person: string }
  /** The question about it is out, so long after the alert was first seen. Told again where a message is sent again. */
  | { readonly type: 'asked'; readonly alert: string; readonly afterMs: number }
  /** The person said so, so long after it was decided to ask. */
  | { readonly type: 'answered'; readonly alert: string; readonly said: Answer['said']; readonly afterMs: number }
  | {
      readonly type: 'verdict';
      readonly alert: string;
      readonly username: string;
      readonly verdict: Verdict;
      readonly afterMs: number;
    }
  /** `tries`: how often it had failed before. */
  | {
      readonly type: 'effect';
      readonly effect: EffectType;
      readonly key: string;
      readonly tries: number;
      readonly tookMs: number;
      readonly code?: string;
    }
  /** A provider was called. `turn`: the turn that it belongs to, which is told when it ends. */
  | ({ readonly type: 'call'; readonly turn?: number; readonly tookMs: number; readonly code?: string } & ProviderCall)
  /** A turn has ended. `turn`: unique in this process. `found`: how much there was to do. */
  | {
      readonly type: 'turn';
      readonly turn: number;
      readonly kind: TurnKind;
      readonly found: number;
      readonly tookMs: number;
      readonly code?: string;
    }
  | { readonly type: 'message'; readonly person: string; readonly tookMs: number }
  /** A message that nobody answers: from somebody the chat does not let us talk to, or without sense. */
  | { readonly type: 'ignored'; readonly person: string; readonly why: string }
  | { readonly type: 'conflict'; readonly person: string }
  | { readonly type: 'failure'; readonly doing: string; readonly error: unknown };

export type Observe = (observation: Observation) => void;
