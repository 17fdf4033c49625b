/** How bad an alert would be if it were real. Where a detector says nothing, `medium`. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Something a detector saw, about one login. */
export interface Alert {
  /** 64 lower-case hex digits: the SHA-256 of the event. Stable across redelivery; adding it twice is a no-op. */
  readonly id: string;
  /** The login the alert is about, trimmed and in lower case. */
  readonly username: string;
  /** The detector's name. Bundles, mutes and policy overrides go by it. */
  readonly title: string;
  /** What was seen, in a sentence. */
  readonly description: string;
  /** The evidence; of any length. */
  readonly reason: string;
  /** Where the security team reads more. Never fetched. Empty: none. */
  readonly url: string;
  /** When the event happened: ms since the epoch, UTC. */
  readonly eventTime: number;
  readonly severity?: Severity;
}

/** An alert as the store hands it out. */
export interface SeenAlert extends Alert {
  /** When the store first saw it, on the store's clock: ms since the epoch, UTC. The task's clock starts here. */
  readonly seenAt: number;
}
