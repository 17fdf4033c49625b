/** Every sentence the bot has, and the placeholders it fills. A configuration gives a text for each. */
export const MESSAGES = {
  // the conversation
  greeting: ['name'],
  'one-more-thing': [],
  'urgent-first': [],
  goodbye: [],
  alert: ['title', 'description', 'reason', 'url'],
  question: [],
  'question-bundle': ['count'],
  'question-numbered': ['number'],
  answered: ['answer', 'explanation'],
  // the proof
  permission: [],
  'permission-again': [],
  'permission-unsure': [],
  'permission-numbered': ['number'],
  'permission-unclear': [],
  permitted: [],
  'not-permitted': [],
  pushed: [],
  'pushed-hint': ['hint'],
  push: ['title', 'description', 'count'],
  confirmed: ['title'],
  'confirmed-muted': ['title', 'duration'],
  'confirmed-waived': ['title'],
  // what a person is told when an alert goes to the security team
  'told-denied': ['title'],
  'told-unsure': ['title'],
  'told-no-answer': ['title'],
  'told-refused-proof': ['title'],
  'told-push-denied': ['title'],
  'told-fraud': ['title'],
  'told-expired': ['title'],
  'told-no-factor': ['title'],
  'told-bypassed': ['title'],
  'told-locked-out': ['title'],
  'told-push-limit': ['title'],
  'told-auth-unavailable': ['title'],
  'told-flood': ['title'],
  // answers that change nothing
  'nothing-open': [],
  'already-answered': [],
  'push-is-out': [],
  'stale-press': [],
  'came-too-early': [],
  'which-one': [],
  'open-question': ['number', 'title', 'state'],
  'state-asking': [],
  'state-confirming': [],
  'state-proving': [],
  'status-head': [],
  'status-waiting': ['count'],
  'status-none': [],
  // muting
  'ignore-later': ['title', 'duration'],
  'ignored-until': ['title', 'duration'],
  'ignore-cut': ['longest'],
  'ignore-zero': [],
  'ignore-no-current': [],
  'ignore-no-last': [],
  // buttons
  'button-yes': [],
  'button-no': [],
  'button-unsure': [],
  'button-permit': [],
  'button-refuse': [],
  // commands
  'unknown-command': [],
  'help-line': ['usage', 'summary'],
  'help-more': [],
  'not-available': [],
  usage: ['usage'],
  // the security team
  report: ['username', 'title', 'cause', 'description', 'said', 'explanation', 'url'],
  'report-many': ['username', 'title', 'cause', 'count'],
  'report-line': ['username', 'title', 'description', 'url'],
  'report-more': ['count'],
  'notice-opted-out': ['username', 'name'],
  'notice-opted-in': ['username', 'name'],
  // the page of open questions
  'home-head': [],
  'home-none': [],
  // the alert that the command `test` raises
  'test-title': [],
  'test-description': [],
  'test-reason': [],
} as const satisfies Record<string, readonly string[]>;

export type MessageName = keyof typeof MESSAGES;

/** The text of each sentence, in the template language of `parseTemplate`. */
export type Messages = Readonly<Record<MessageName, string>>;
