import { type Json, numberOf } from './json.js';

/** What the server takes, as it says when a queue is registered. */
export interface Limits {
  /** Of a message, in code points. */
  readonly message: number;
  /** How long a message can be edited, in ms. */
  readonly editMs: number;
}

/** Before it is known. https://zulip.com/api/register-queue */
export const DEFAULT_LIMITS: Limits = { message: 10_000, editMs: Number.POSITIVE_INFINITY };

export function readLimits(body: Json): Limits {
  const { realm_allow_message_editing: mayEdit, realm_message_content_edit_limit_seconds: seconds } = body;
  const limit = numberOf(seconds);
  return {
    message: numberOf(body.max_message_length) ?? DEFAULT_LIMITS.message,
    editMs: mayEdit === false ? 0 : limit === undefined ? DEFAULT_LIMITS.editMs : limit * 1000,
  };
}
