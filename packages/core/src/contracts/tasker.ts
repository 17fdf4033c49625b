import type { Conversation } from '../conversation/types.js';
import type { Alert, SeenAlert } from './alert.js';

/** A conversation handed out for performing its effects. */
export interface Claimed {
  readonly conversation: Conversation;
  /** Names this claim in `save`. */
  readonly lease: string;
}

/** The lease that a save is made under. */
export interface SaveLease {
  readonly id: string;
  /** Extends it from now by so many ms; without this the save ends it. */
  readonly keepMs?: number;
  /** It is a new one, under an id of the caller's making: it begins with the save, for `keepMs`. */
  readonly begins?: true;
}

/**
 * The one transactional store: alerts, tasks and conversations. Conversations are told apart by every character of
 * `person`, case, accents and blanks included. Every `now` is the store's clock. Any number of
 * processes may use one store. Whatever cannot be reached is a PluginError (`UNAVAILABLE`, `BAD_CREDENTIALS`).
 */
export interface Tasker {
  readonly name: string;
  /**
   * Adds an alert. Only what is whole is visible to `unassigned`.
   * @returns false when the alert is known already; a half-written one is completed, and counts as new.
   */
  add(alert: Alert): Promise<boolean>;
  /**
   * Alerts that belong to no conversation yet, oldest first: by when they were first seen, then event time, then id. Stamps when it first saw each.
   * @returns `crowd`: how many logins had alerts first seen within the last minute, these included (the mass brake counts them). Where there are no alerts, nobody looks at it.
   */
  unassigned(
    limit: number,
  ): Promise<{ readonly now: Date; readonly crowd: number; readonly alerts: readonly SeenAlert[] }>;
  /**
   * Hands out conversations that are due (`wakeAt` is not after now) and under nobody's lease, longest due first, each to one claimer.
   * Each conversation has a lease of its own, which ends after `leaseMs` on the store's clock, or by `save`.
   */
  claim(request: {
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<{ readonly now: Date; readonly claimed: readonly Claimed[] }>;
  /** The conversation of that key; an empty one of version 0 for a person never talked to. */
  load(person: string): Promise<{ readonly now: Date; readonly conversation: Conversation }>;
  /**
   * Saves in one transaction: the conversation under `next.version + 1`, the tasks whose `changedIn` is greater than
   * `next.version`, the seed's rows that follow from them (`recordOf`), and when to wake (`wakeAt`). Of `next.tasks` only those are loaded again;
   * a task no longer listed stays stored.
   *
   * With a lease: refused when that lease is no longer held, or where one is to begin, when somebody holds one.
   * Without one: somebody's lease stays as it is.
   * @returns false, and nothing is written: the stored version is not `next.version`, the lease is lost or not to be
   *   had, or a task with `addedIn` greater than `next.version` belongs to a conversation already.
   */
  save(next: Conversation, lease?: SaveLease): Promise<boolean>;
}
