import { createHash } from 'node:crypto';

/** What a person does about an alert, from the first question to the end. */
type Act =
  | 'proves by button'
  | 'proves by typing'
  | 'says no'
  | 'is not sure'
  | 'says nothing'
  | 'refuses the push'
  | 'denies the push'
  | 'reports fraud'
  | 'lets pushes expire';

/** Who somebody is: all but the first would prove it, and cannot. */
type Kind = 'answers' | 'has no device' | 'is let by' | 'is unknown' | 'opted out';

interface PlannedPerson {
  readonly login: string;
  readonly kind: Kind;
}

export interface PlannedAlert {
  /** 64 hex digits. */
  readonly id: string;
  /** Unlike any other alert's: it is in the description, so that whatever shows the alert shows it. */
  readonly mark: string;
  readonly login: string;
  readonly title: string;
  readonly act: Act;
  /** How it must end: `confirmed`, or the cause of its escalation. */
  readonly ends: string;
}

export interface Plan {
  readonly people: readonly PlannedPerson[];
  readonly alerts: readonly PlannedAlert[];
}

/** The mark in a text that shows alerts. */
export const MARKS = /chaos-\d{6}/g;

const ACTS: Readonly<Record<Act, { readonly ends: string; readonly weight: number }>> = {
  'proves by button': { ends: 'confirmed', weight: 8 },
  'proves by typing': { ends: 'confirmed', weight: 4 },
  'says no': { ends: 'denied', weight: 2 },
  'is not sure': { ends: 'unsure', weight: 1 },
  'says nothing': { ends: 'no-answer', weight: 1 },
  'refuses the push': { ends: 'refused-proof', weight: 1 },
  'denies the push': { ends: 'push-denied', weight: 1 },
  'reports fraud': { ends: 'fraud', weight: 1 },
  'lets pushes expire': { ends: 'expired', weight: 1 },
};

const KINDS: Readonly<Record<Kind, { readonly ends?: string; readonly weight: number }>> = {
  answers: { weight: 16 },
  'has no device': { ends: 'no-factor', weight: 1 },
  'is let by': { ends: 'bypassed', weight: 1 },
  'is unknown': { ends: 'unknown-person', weight: 1 },
  'opted out': { ends: 'opted-out', weight: 1 },
};

/** Numbers from 0 to 1, the same for the same seed. (mulberry32) */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of these, as often as its weight says. */
export function pick<Name extends string>(random: Random, from: Readonly<Record<Name, { readonly weight: number }>>) {
  const entries = Object.entries<{ readonly weight: number }>(from) as [Name, { readonly weight: number }][];
  const sum = entries.reduce((total, [, { weight }]) => total + weight, 0);
  let left = random() * sum;
  const found = entries.find(([, { weight }]) => {
    left -= weight;
    return left < 0;
  });
  return (found ?? entries[0] ?? raise())[0];
}

function raise(): never {
  throw new Error('There is nothing to pick from.');
}

/**
 * People with some alerts each. Alerts of one title come together and are bundled, so their person does the same about
 * all of them; those of another title are another question.
 */
export function makePlan(random: Random, count: number): Plan {
  const people: PlannedPerson[] = [];
  const alerts: PlannedAlert[] = [];
  while (alerts.length < count) {
    const login = `p${people.length}`;
    const kind = pick(random, KINDS);
    people.push({ login, kind });
    const questions = 1 + Math.floor(random() * 3);
    for (let question = 0; question < questions; question += 1) {
      const act = kind === 'answers' ? pick(random, ACTS) : 'proves by button';
      const ends = KINDS[kind].ends ?? ACTS[act].ends;
      const title = act === 'says nothing' ? 'left unanswered' : `alarm ${question}`;
      if (alerts.some((alert) => alert.login === login && alert.title === title)) continue;
      const bundled = random() < 0.2 ? 3 : 1;
      for (let i = 0; i < bundled && alerts.length < count; i += 1) {
        const mark = `chaos-${String(alerts.length).padStart(6, '0')}`;
        const id = createHash('sha256').update(`${mark} ${random()}`).digest('hex');
        alerts.push({ id, mark, login, title, act, ends });
      }
    }
  }
  return { people, alerts };
}
