import type { Severity } from '../contracts/alert.js';
import type { WorkingHours } from './hours.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What may differ for the alerts of one title. */
export interface TitlePolicy {
  /** Takes the place of what the detector said. */
  readonly severity?: Severity;
  /** `waived`: the person's yes is believed without proof. It then mutes nothing. */
  readonly proof?: 'waived';
  /** How long the person has to answer, in ms. */
  readonly answerMs?: number;
  /** How long the title is not asked about after a proof, in ms; 0: not at all. */
  readonly muteAfterProofMs?: number;
}

/** Every number and switch the decisions depend on. Durations in ms. */
export interface Policy {
  /** When deadlines of low and medium alerts run; those of high and critical ones run always. */
  readonly hours: WorkingHours;
  /** How long the person has to answer, from when the alert was first seen. */
  readonly answerMs: Readonly<Record<Severity, number>>;
  /** How long the person has, at the least, to permit the push; on the wall. */
  readonly permissionMs: number;
  /** Ask before the push. Off: a yes is followed by the push at once. */
  readonly askBeforePush: boolean;
  /** How long a title is not asked about after a proof. */
  readonly muteAfterProofMs: number;
  /** The longest mute by `ignore`. */
  readonly longestIgnoreMs: number;
  /** Challenges for one task at the most. */
  readonly pushesPerTask: number;
  /** Challenges for one person within an hour at the most: against push fatigue. */
  readonly pushesPerHour: number;
  /** When a challenge counts as expired, whatever the provider says. */
  readonly challengeMs: number;
  /** How soon another process looks after a challenge whose asker is gone. */
  readonly recheckMs: number;
  /** How long the second factor's provider may be down before the task is escalated. */
  readonly authPatienceMs: number;
  /** How long a person may be impossible to look up before the alert is escalated. */
  readonly lookupPatienceMs: number;
  /** Alerts of one login and title asked about in one question at the most; what waits beyond is a flood. */
  readonly bundle: number;
  /** Open alerts of one person at the most; what comes beyond is a flood. */
  readonly openPerPerson: number;
  /** The mass brake: when more logins than this have alerts first seen within a minute, the alerts are escalated instead of asked. */
  readonly crowdPerMinute: number;
  /** The mass brake: an alert whose event is older than this when it is first seen is escalated instead of asked. */
  readonly staleMs: number;
  /** Whether people may opt out of being asked. */
  readonly optOut: boolean;
  /** Overrides by title; titles compare trimmed and in lower case, and are given so here. */
  readonly titles: Readonly<Record<string, TitlePolicy>>;
}

export const defaultPolicy: Policy = {
  hours: { start: '10:00', end: '18:00', days: [1, 2, 3, 4, 5], zone: 'America/Los_Angeles' },
  answerMs: { low: 2 * HOUR, medium: 2 * HOUR, high: HOUR, critical: 30 * MINUTE },
  permissionMs: 15 * MINUTE,
  askBeforePush: true,
  muteAfterProofMs: 21 * HOUR,
  longestIgnoreMs: 4 * HOUR,
  pushesPerTask: 2,
  pushesPerHour: 5,
  challengeMs: 90_000,
  recheckMs: 20_000,
  authPatienceMs: MINUTE,
  lookupPatienceMs: 30 * MINUTE,
  bundle: 10,
  openPerPerson: 50,
  crowdPerMinute: 200,
  staleMs: 7 * 24 * HOUR,
  optOut: true,
  titles: {},
};

/** How logins and titles compare: trimmed and in lower case. */
export function normalise(name: string): string {
  return name.trim().toLowerCase();
}

/** The overrides for a title. */
export function titlePolicy(policy: Policy, title: string): TitlePolicy {
  const key = normalise(title);
  return Object.hasOwn(policy.titles, key) ? (policy.titles[key] ?? {}) : {};
}
