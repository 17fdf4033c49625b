import type { Alert, Severity, Verdict } from '@securitybot/core';
import type { Stage } from './stage.js';

/** What a story says of an alert; the rest is made up. */
export interface AlertDetails extends Partial<Pick<Alert, 'id' | 'description' | 'reason' | 'url' | 'eventTime'>> {
  /** The login it is about. */
  readonly for: string;
  readonly severity?: Severity;
}

/** A person of the story. What they do is through when it is acknowledged. */
export interface StoryPerson {
  readonly login: string;
  /** Types to the bot. */
  says(text: string): Promise<void>;
  /** Presses the button of that label, on the latest message that has one. */
  presses(label: string, reason?: string): Promise<void>;
  /** Opens the page of open questions, which must then show this. */
  opensHome(expected: RegExp | string): Promise<void>;
}

/** The bot. What it says is waited for, message by message in order; skipped ones are not looked at again. */
export interface StoryBot {
  /** Sends that person a message like this, which asks something: it has a question mark or buttons. */
  asks(login: string, expected: RegExp | string): Promise<string>;
  /** Sends that person a message like this. */
  tells(login: string, expected: RegExp | string): Promise<string>;
  /** Sends that person nothing more than what the story has told of. */
  tellsNothing(login: string): Promise<void>;
  /** A message like this is there, told of or not: edited ones, say. */
  shows(login: string, expected: RegExp | string): Promise<string>;
  /** Everything that can be done now is done. */
  idle(): Promise<void>;
  /** Stops as on SIGTERM, and starts anew. */
  restarts(): Promise<void>;
  /** Is gone, as by `kill -9`. */
  dies(): Promise<void>;
  /**
   * Is gone at its next call of that plugin method, or at the nth call of any: before it is done, or when it is done and
   * the bot does not know yet.
   */
  diesAt(call: string | number, when: 'before' | 'after'): void;
  isDead(): boolean;
  /** A new process, after `dies` or `diesAt`. */
  starts(): Promise<void>;
}

export interface StorySecurity {
  /** A message like this comes to the reporting channel. */
  hears(expected: RegExp | string): Promise<string>;
  /** Nothing more comes than what the story has told of. */
  hearsNothing(): Promise<void>;
}

/** The second factor. Waits for a prompt, then answers it. */
export interface StoryPhone {
  approves(login: string): Promise<void>;
  denies(login: string): Promise<void>;
  reportsFraud(login: string): Promise<void>;
  /** Lets the prompt run out. */
  ignores(login: string): Promise<void>;
  /** So many prompts have come to that person, in all. */
  rang(login: string, times: number): Promise<void>;
}

export interface StoryClock {
  now(): number;
  /** In ms, or like `2h`, `1h30m`, `45m`. Everything due on the way happens at its time. */
  advance(duration: number | string): Promise<void>;
}

/** How an alert ended, in a word: `confirmed`, `muted`, or the cause of its escalation. `open`: not yet. */
export type Ending = 'open' | 'confirmed' | 'muted' | Extract<Verdict, { kind: 'escalated' }>['cause'];

/** Who and what plays in a story. */
export interface Cast<S extends Stage> {
  /** A detector raises an alert of that title. */
  alert(title: string, details: AlertDetails): Promise<Alert>;
  readonly ann: StoryPerson;
  readonly bob: StoryPerson;
  person(login: string): StoryPerson;
  readonly bot: StoryBot;
  readonly security: StorySecurity;
  readonly phone: StoryPhone;
  readonly clock: StoryClock;
  /** The latest alert of that title, or this one, has come to that end. */
  expectVerdict(alert: string | Alert, ending: Ending): Promise<void>;
  /** The rows that other tools read of the latest alert of that title, or of this one. */
  expectRecord(
    alert: string | Alert,
    expected: {
      readonly status?: 0 | 1 | 2;
      readonly comment?: string;
      readonly performed?: boolean;
      readonly authenticated?: boolean;
    },
  ): Promise<void>;
  /** Writes a line into the transcript. */
  note(line: string): void;
  readonly stage: S;
}
