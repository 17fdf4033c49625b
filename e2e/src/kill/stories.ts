import type { Cause, ChallengeResult } from '@securitybot/core';

/** What a person does about an alert, and what becomes of it. */
export interface Story {
  readonly name: string;
  /** Where the alert comes from: the command `test`, or a detector's INSERTs. */
  readonly alert: 'command' | 'detector';
  readonly by: 'typing' | 'pressing';
  readonly answer: { readonly said: 'yes' | 'no'; readonly because: string };
  /** How the bot comes to what it has to do: with the save that calls for it, or only by a claim. */
  readonly work: 'at once' | 'by claim';
  /** What the person does with a push. */
  readonly phone: ChallengeResult;
  /** How it has to end, whenever the bot was killed. No cause: confirmed. */
  readonly cause?: Cause;
  /** What the person is told in the end. */
  readonly told: string;
}

export const STORIES: readonly Story[] = [
  {
    name: 'confirmed',
    alert: 'command',
    by: 'typing',
    answer: { said: 'yes', because: 'I was testing' },
    work: 'at once',
    phone: 'approved',
    told: 'is settled',
  },
  {
    name: 'denied',
    alert: 'detector',
    by: 'typing',
    answer: { said: 'no', because: 'it was not me' },
    work: 'at once',
    phone: 'approved',
    cause: 'denied',
    told: 'Thank you for telling me.',
  },
  {
    name: 'push-denied',
    alert: 'detector',
    by: 'pressing',
    answer: { said: 'yes', because: 'it was me' },
    work: 'by claim',
    phone: 'denied',
    cause: 'push-denied',
    told: 'The push was denied',
  },
];
