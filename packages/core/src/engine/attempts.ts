import { heads } from '../conversation/lanes.js';
import type { Conversation, ConversationEvent, Effect } from '../conversation/types.js';

/** Whether it is a challenge that nobody has tried to send. */
export function isUntried(effect: Effect): boolean {
  return effect.type === 'challenge' && !effect.attempted;
}

/** Challenges that are to be sent at that time, as events: each is saved as attempted before it is sent. */
export function attempts(
  conversation: Conversation,
  at: number,
): readonly (ConversationEvent & { readonly type: 'attempting' })[] {
  return heads(conversation)
    .filter((effect) => isUntried(effect) && effect.notBefore <= at)
    .map(({ key }) => ({ type: 'attempting', key, at }));
}
