import { heads } from './lanes.js';
import type { Conversation } from './types.js';

/**
 * When a conversation next needs somebody to look after it, in ms since the epoch, UTC: an effect to perform, a deadline.
 * `undefined`: only an event can change it. The store keeps this value and indexes it.
 */
export function wakeAt(conversation: Conversation): number | undefined {
  const times = heads(conversation).map((effect) => effect.notBefore);
  for (const task of conversation.tasks) {
    if (task.state === 'waiting' || task.state === 'asking') times.push(task.deadline);
  }
  for (const question of conversation.questions) {
    if (question.deadline !== undefined) times.push(question.deadline);
    if (question.challenge) times.push(question.challenge.expiresAt);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
