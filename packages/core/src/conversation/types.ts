import type { Alert, SeenAlert, Severity } from '../contracts/alert.js';
import type { Challenged, ChallengeResult, Readiness } from '../contracts/auth.js';
import type { BlacklistEntry } from '../contracts/blacklist.js';
import type { PluginErrorCode } from '../contracts/error.js';
import type { MessageRef } from '../contracts/message.js';
import type { MessageName } from '../messages/catalogue.js';

/*
 * Everything here is JSON: what a store keeps is what a transition sees. Times are ms since the epoch, UTC.
 * Optional fields are absent, never undefined.
 */

/** Why an alert went to the security team. */
export type Cause =
  | 'denied'
  | 'unsure'
  | 'no-answer'
  | 'refused-proof'
  | 'push-denied'
  | 'fraud'
  | 'expired'
  | 'no-factor'
  | 'bypassed'
  | 'locked-out'
  | 'push-limit'
  | 'auth-unavailable'
  | 'unknown-person'
  | 'ambiguous-person'
  | 'undeliverable'
  | 'opted-out'
  | 'flood';

/** How a task ended. */
export type Verdict =
  /** `mutedUntil`: the mute that the proof earned. */
  | {
      readonly kind: 'confirmed';
      readonly at: number;
      readonly proof: 'challenge' | 'waived';
      readonly mutedUntil?: number;
    }
  | { readonly kind: 'escalated'; readonly at: number; readonly cause: Cause }
  /** `reason`: the mute's. */
  | { readonly kind: 'muted'; readonly at: number; readonly reason: string };

export type TaskState = 'waiting' | 'asking' | 'confirming' | 'proving' | 'closed';

/** What the person said. */
export interface Answer {
  readonly said: 'yes' | 'no' | 'unsure';
  /** Their words, whole and verbatim. */
  readonly explanation: string;
  readonly at: number;
}

/** One step of a task's story, for `alert show`. */
export interface HistoryEntry {
  readonly at: number;
  readonly what:
    | 'seen'
    | 'asked'
    | 'answered'
    | 'readiness'
    | 'permission-asked'
    | 'permitted'
    | 'pushed'
    | 'push-unsure'
    | 'push-settled'
    | 'confirmed'
    | 'escalated'
    | 'muted';
  readonly detail?: string;
}

/** One alert and how far it is. */
export interface Task {
  readonly alert: SeenAlert;
  /** The alert's severity after policy. */
  readonly severity: Severity;
  readonly state: TaskState;
  /** When silence ends the asking. */
  readonly deadline: number;
  readonly answer?: Answer;
  readonly verdict?: Verdict;
  /** Challenges attempted for this task. */
  readonly pushes: number;
  readonly history: readonly HistoryEntry[];
  /** The version of the conversation that first had the task, and the one that last changed it. */
  readonly addedIn: number;
  readonly changedIn: number;
}

/** "Did you do this?", about one task or a bundle: from the asking until the last of its tasks is closed. */
export interface Question {
  /** Unique within the conversation. */
  readonly id: string;
  /** What a person types to mean this one. Not used again while the person may still remember it. */
  readonly number: number;
  /** Alert ids. All of one login and title, all in `state`. */
  readonly tasks: readonly string[];
  readonly state: 'asking' | 'confirming' | 'proving';
  /** Counts what was asked within this question; a button of an earlier step is stale. */
  readonly step: number;
  /** When waiting for the permission, or with it for one's turn, ends (`confirming` only; before, each task has its own deadline). */
  readonly deadline?: number;
  /** The message that asked last, once it is out. */
  readonly ref?: MessageRef;
  /** `confirming`: what the second factor said and what the person did. */
  readonly permission?: 'asked' | 'granted';
  readonly challenge?: Challenge;
  /** Challenges that expired without an answer. */
  readonly expiries: number;
  /** Opted out while the push was out: it settles, and nothing more is asked. */
  readonly leaving?: true;
  /** `ignore current`: granted by the proof, for so many ms from then. */
  readonly wishMs?: number;
}

export interface Challenge {
  readonly id: string;
  /** When it counts as expired, whatever the provider says or does not say. */
  readonly expiresAt: number;
  /** Absent until the provider answered. */
  readonly token?: string;
}

/** One unit of text within a message: a sentence of the catalogue with its values, or words of a command. */
export type Part =
  | { readonly message: MessageName; readonly values?: Readonly<Record<string, string>> }
  /** The alert of that task: title, description, reason quoted, url. */
  | { readonly alert: string }
  /** What a command says of its success or failure. */
  | {
      readonly command: string;
      readonly outcome: 'success' | 'failure';
      readonly values?: Readonly<Record<string, string>>;
    }
  | { readonly text: string };

/** The buttons below a message. */
export type ChoiceSet = { readonly kind: 'answer' | 'permission'; readonly question: string; readonly step: number };

/** What has to be done outside. */
export type EffectBody =
  | {
      readonly type: 'send';
      readonly parts: readonly Part[];
      readonly choices?: ChoiceSet;
      /** The question this message asks; its ref is kept for the edit. */
      readonly asks?: string;
      /** How many parts come before the question. */
      readonly preamble?: number;
      readonly urgent?: boolean;
    }
  | { readonly type: 'edit'; readonly ref: MessageRef; readonly parts: readonly Part[] }
  | { readonly type: 'home' }
  | { readonly type: 'readiness'; readonly question: string }
  | {
      readonly type: 'challenge';
      readonly question: string;
      readonly id: string;
      /** Saved before the provider is called. Found by anybody else, it means that a prompt may be out. */
      readonly attempted: boolean;
    }
  | { readonly type: 'check'; readonly question: string; readonly token: string }
  /** `tasks`: alert ids. */
  | { readonly type: 'report'; readonly tasks: readonly string[]; readonly cause: Cause; readonly urgent?: boolean }
  | { readonly type: 'notice'; readonly parts: readonly Part[] }
  | { readonly type: 'mute'; readonly entry: BlacklistEntry }
  | { readonly type: 'unmute'; readonly username: string; readonly title: string }
  | { readonly type: 'opt-out'; readonly username: string; readonly reason: string }
  | { readonly type: 'opt-in'; readonly username: string }
  | { readonly type: 'raise'; readonly alert: Alert };

export type EffectType = EffectBody['type'];

/** An effect not yet performed: the outbox. Oldest first. */
export type Effect = EffectBody & {
  /** Unique for the conversation, for ever: the idempotency key. */
  readonly key: string;
  /** Not to be performed before this. */
  readonly notBefore: number;
  /** Failed tries since it last went well. */
  readonly tries: number;
  /** When the first of those failed. */
  readonly failingSince?: number;
};

/** The person behind a conversation, as last seen. */
export interface Person {
  readonly name: string;
  readonly username: string;
  readonly timeZone?: string;
}

/** One person, what is open with them and lately closed, and what has to be done for it: the unit of every decision and every write. */
export interface Conversation {
  /** The chat user's id; `login:…` where nobody was found, `flood:…` for what the mass brake stopped. */
  readonly person: string;
  /** Counts saves; 0: never saved. */
  readonly version: number;
  readonly user?: Person;
  /** Open ones, and lately closed ones. */
  readonly tasks: readonly Task[];
  readonly questions: readonly Question[];
  readonly outbox: readonly Effect[];
  /** Ids of the last chat events that were taken. */
  readonly events: readonly string[];
  /** Lately closed questions: for late answers. */
  readonly answered: readonly AnsweredQuestion[];
  /** When challenges were attempted within the last hour. */
  readonly pushes: readonly number[];
  /** Greeted, and not yet told goodbye. */
  readonly talking: boolean;
  /** Makes keys. */
  readonly counter: number;
}

export interface AnsweredQuestion {
  readonly id: string;
  readonly number: number;
  readonly tasks: readonly string[];
  readonly at: number;
}

/** What is decided about a new alert before the conversation sees it. */
export type Route =
  | { readonly to: 'ask' }
  | { readonly to: 'mute'; readonly entry: BlacklistEntry }
  | { readonly to: 'escalate'; readonly cause: Cause };

/** What a chat user did, as understood. `id`: the provider's event id. */
export type PersonEvent = {
  readonly at: number;
  readonly id: string;
  readonly user: Person;
  readonly sentAt?: number;
} & (
  | {
      readonly type: 'answer';
      readonly said: Answer['said'];
      readonly rest: string;
      readonly target?: { readonly question: string; readonly step: number };
    }
  | { readonly type: 'ignore'; readonly which: 'current' | 'last'; readonly durationMs: number }
  /** `standing`: opted out already. */
  | {
      readonly type: 'opt-out' | 'opt-in';
      readonly username: string;
      readonly standing: boolean;
      readonly command: string;
    }
  | { readonly type: 'raise'; readonly alert: Alert; readonly reply: readonly Part[] }
  | { readonly type: 'status' }
  | { readonly type: 'opened' }
  | { readonly type: 'reply'; readonly parts: readonly Part[] }
);

/** What became of an effect. `key`: the effect's. */
export type ResultEvent = { readonly at: number; readonly key: string } & (
  | { readonly type: 'done'; readonly ref?: MessageRef }
  | {
      readonly type: 'failed';
      readonly code: PluginErrorCode;
      readonly retryAfterMs?: number;
      readonly notSent: boolean;
    }
  | { readonly type: 'ready'; readonly readiness: Readiness }
  /** About to send a challenge. */
  | { readonly type: 'attempting' }
  | ({ readonly type: 'challenged' } & Challenged)
  /** Whoever attempted the challenge is gone. */
  | { readonly type: 'lost' }
  /** `pending`: still asking; look after it again by `again`, should the asker be gone. */
  | { readonly type: 'checked'; readonly result: ChallengeResult; readonly again?: number }
);

/** Everything that can happen to a conversation. `at`: ms since the epoch, UTC, on the store's clock. */
export type ConversationEvent =
  /** New alerts about the person, with what was decided about each. What arrives together may be asked together. */
  | {
      readonly type: 'alerts';
      readonly at: number;
      readonly alerts: readonly { readonly alert: SeenAlert; readonly route: Route }[];
      readonly user?: Person;
    }
  | { readonly type: 'tick'; readonly at: number }
  | PersonEvent
  | ResultEvent;
