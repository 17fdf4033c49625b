import type { InboundEvent } from '@securitybot/core';
import { type Json, listOf, numberOf, objectOf } from './json.js';

/** A message that came. */
export interface Heard {
  readonly id: number;
  /** What the engine is told; `undefined`: it is not for us, and nothing is to be done about it. */
  readonly event: InboundEvent | undefined;
}

/**
 * A message object, of an event or of a list. Only what one person writes to the bot alone is for us: what is said before
 * others may be anybody's idea. https://zulip.com/api/get-messages
 */
export function readMessage(raw: Json, botId: number): Heard | undefined {
  const id = numberOf(raw.id);
  const sender = numberOf(raw.sender_id);
  if (id === undefined || sender === undefined || sender === botId) return undefined; // its own is read as it is sent
  const readers = listOf(raw.display_recipient).map((reader) => objectOf(reader).id);
  const isForUs = raw.type === 'private' && readers.every((one) => one === sender || one === botId);
  if (!isForUs || readers.length === 0 || typeof raw.content !== 'string') return { id, event: undefined };
  const seconds = numberOf(raw.timestamp);
  const sentAt = seconds === undefined ? {} : { sentAt: seconds * 1000 };
  return { id, event: { type: 'text', id: String(id), user: String(sender), text: raw.content, ...sentAt } };
}
