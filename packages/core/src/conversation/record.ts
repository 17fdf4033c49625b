import type { Cause, Task } from './types.js';

/** What a task says in the seed's tables `alert_status` and `user_responses`. */
export interface TaskRecord {
  /** 1: in progress, 2: with the security team, or done. (0, not yet assigned, has no task.) */
  readonly status: 1 | 2;
  readonly comment: string;
  /** The person says it was them. */
  readonly performed: boolean;
  /** Proven by a challenge. */
  readonly authenticated: boolean;
}

/** Comments the original wrote, which other tools may look for; other causes stand as they are. */
const COMMENTS: Partial<Record<Cause, string>> = {
  'unknown-person': 'invalid user',
  'opted-out': 'blacklisted',
  'no-answer': 'no response received',
};

function commentOf({ answer, verdict }: Task): string {
  if (answer) return answer.explanation;
  if (verdict?.kind === 'muted') return verdict.reason;
  return verdict?.kind === 'escalated' ? (COMMENTS[verdict.cause] ?? verdict.cause) : '';
}

/** The seed's rows that follow from a task. Until it is closed, there is nothing to say but its status. */
export function recordOf(task: Task): TaskRecord {
  if (task.state !== 'closed') return { status: 1, comment: '', performed: false, authenticated: false };
  return {
    status: 2,
    comment: commentOf(task),
    performed: task.answer?.said === 'yes',
    authenticated: task.verdict?.kind === 'confirmed' && task.verdict.proof === 'challenge',
  };
}
