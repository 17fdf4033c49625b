/**
 * A message as data. Every text in it is plain text, to be escaped by whoever shows it; whatever came from outside is in
 * `text` fields only, already free of control and bidirectional characters.
 */
export type MessageNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'strong'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  /** A block of its own: somebody else's words. */
  | { readonly type: 'quote'; readonly text: string }
  /** Shown as text; made clickable only where `url` is http or https. */
  | { readonly type: 'link'; readonly url: string }
  | { readonly type: 'break' };

/** One way to answer by pressing. */
export interface Choice {
  readonly label: string;
  /** Opaque, at most 200 characters; comes back unchanged in the `choice` event. */
  readonly value: string;
  /** Ask for an explanation before the choice counts; it comes back as the event's `reason`. */
  readonly asksReason?: boolean;
}

export interface OutgoingMessage {
  /** The same message again (after a crash, say) has the same key: a plugin may use it to send once. */
  readonly key: string;
  readonly nodes: readonly MessageNode[];
  /** Overtakes what is not urgent. */
  readonly urgent?: boolean;
  /** Shown as buttons by a chat that supports them; others leave them out, the text says what to type. */
  readonly choices?: readonly Choice[];
}

/** A message that was sent, for editing it later. */
export interface MessageRef {
  /** The plugin's own way to find the message again, in any process, after any restart. */
  readonly id: string;
  /** When the provider says it was sent: ms since the epoch, UTC, on the provider's clock. */
  readonly sentAt?: number;
}
