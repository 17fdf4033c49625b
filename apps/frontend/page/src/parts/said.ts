import type { Alert } from '../api.ts';

/** What the original's table has instead of an answer; for causes that it did not know, the cause itself stands there. */
const UNANSWERED = ['invalid user', 'blacklisted', 'no response received'];

/** What the person said about an alert; a dash where they did not. */
export function showSaid({ comment, cause, verdict }: Alert): string {
  const isAnswer = verdict !== 'muted' && comment !== cause && !UNANSWERED.includes(comment ?? '');
  return (isAnswer && comment) || '–';
}
