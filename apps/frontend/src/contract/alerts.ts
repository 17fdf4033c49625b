import { z } from '@hono/zod-openapi';
import { CAUSES, type HistoryEntry, type TaskState } from '@securitybot/core';
import { ALERT_COLUMNS, SEVERITIES, VERDICTS } from '@securitybot/formats';
import { closed } from './closed.js';
import { count, cursor, flag, format, manyNames, name, time, when } from './values.js';

/** A union's members, complete by the compiler. */
const all = <T extends string>(members: Readonly<Record<T, true>>) => Object.keys(members) as [T, ...T[]];

const STATES = all<TaskState>({ waiting: true, asking: true, confirming: true, proving: true, closed: true });
const STEPS = all<HistoryEntry['what']>({
  seen: true,
  asked: true,
  answered: true,
  readiness: true,
  'permission-asked': true,
  permitted: true,
  pushed: true,
  'push-unsure': true,
  'push-settled': true,
  confirmed: true,
  escalated: true,
  muted: true,
});

/** The same names as the columns of `securitybot alert list`. Others write to the database, too: values that nobody knows are possible. */
export const Alert = z
  .object({
    id: z.string().openapi({ description: '64 hex digits, the SHA-256 of the event.' }),
    event_time: time('When the event happened; null where its writer told no time.').nullable(),
    username: z.string().openapi({ description: 'The login it is about.' }),
    title: z.string().openapi({ description: "The detector's name." }),
    description: z.string(),
    reason: z.string().openapi({ description: 'The evidence.' }),
    url: z.string().openapi({ description: 'Where to read more: text from outside.' }),
    severity: z
      .string()
      .nullable()
      .openapi({
        description: `${SEVERITIES.join(', ')}: as the detector said it; null where it said nothing. What the bot takes it for is \`treated_as\` of \`GET /api/alerts/{id}\`.`,
      }),
    status: z.string().openapi({
      description: '`open`, `in-progress`, `done` (or with the security team), `half`: not all of it was written.',
    }),
    state: z
      .string()
      .nullable()
      .openapi({ description: `${STATES.join(', ')}; null while it is nobody's.` }),
    verdict: z
      .string()
      .nullable()
      .openapi({ description: `${VERDICTS.join(', ')}; null while it is open.` }),
    cause: z
      .string()
      .nullable()
      .openapi({ description: `Why it went to the security team: ${CAUSES.join(', ')}.` }),
    performed: z.boolean().nullable().openapi({ description: 'The person says it was them.' }),
    authenticated: z.boolean().nullable().openapi({ description: 'They proved it.' }),
    comment: z.string().nullable().openapi({ description: 'What the person said, or why it ended.' }),
    seen_at: time('When the bot first saw it.').nullable(),
    closed_at: time('When it had its verdict.').nullable(),
    rejected: z.string().nullable().openapi({ description: 'Why nobody can be asked about it.' }),
  })
  .openapi('Alert');
export type Alert = z.infer<typeof Alert>;

export const AlertStory = Alert.extend({
  treated_as: z.string().nullable().openapi({
    description:
      'The severity by the policy of the bot, once the bot has it; it decides how soon, and how, the person is asked.',
  }),
  answer: z
    .object({ said: z.enum(['yes', 'no', 'unsure']), explanation: z.string(), at: time('When.') })
    .nullable()
    .openapi({ description: 'What the person said, whole.' }),
  proof: z.enum(['challenge', 'waived']).nullable().openapi({ description: 'How a confirmed one was proven.' }),
  muted_until: time('The mute that its proof earned.').nullable(),
  deadline: time('When silence ends the asking; null once it is closed.').nullable(),
  pushes: z.int().openapi({ description: 'How many pushes were sent for it.' }),
  story: z.array(
    z.object({
      at: time('When.'),
      what: z.string().openapi({ description: STEPS.join(', ') }),
      detail: z.string().nullable(),
    }),
  ),
}).openapi('AlertStory');
export type AlertStory = z.infer<typeof AlertStory>;

const STATUSES = ['open', 'in-progress', 'done', '0', '1', '2'] as const;

export const AlertQuery = closed({
  usernames: manyNames('About any of these logins, trimmed and in lower case.'),
  titles: manyNames('Of any of these titles, trimmed and in lower case.'),
  status: z
    .enum(STATUSES)
    .optional()
    .openapi({ description: 'How far it is. 0, 1 and 2 are how `alert_status` says it.' }),
  verdict: z.enum(VERDICTS).optional().openapi({ description: 'How it ended.' }),
  cause: z.enum(CAUSES).optional().openapi({ description: 'Why it went to the security team.' }),
  performed: flag('Whether the person says it was them; false: all others.'),
  authenticated: flag('Whether they proved it; false: all others.'),
  after: when('It happened then or later; where its writer told no time: was first seen.'),
  before: when('It happened before that.'),
  search: z.string().max(200).optional().openapi({
    description:
      'Words, each of which is in the login, title, description, reason, url or comment, whatever its case; or how the id begins. A page with a search may have fewer alerts than the limit, even none, and a `next`: then there is more to be searched.',
  }),
  order: z.enum(['newest', 'oldest']).default('newest').openapi({ description: 'What comes first, by event time.' }),
  limit: count('So many at the most. JSON: 1,000 a page.', 1_000_000, 50),
  cursor: cursor('`next` of the page before; the rest of the query has to be the same.', /^[\w-]*$/),
  columns: z
    .string()
    .max(400)
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(ALERT_COLUMNS as [string, ...string[]])))
    .optional()
    .openapi({
      type: 'string',
      description: `For CSV and NDJSON: these columns in this order, separated by commas (and given once). By default: ${ALERT_COLUMNS.join(',')}.`,
      example: 'event_time,username,title',
    }),
  format,
});

export const AlertPage = z
  .object({
    alerts: z.array(Alert),
    next: z.string().nullable().openapi({ description: 'The cursor of the next page; null: there is none.' }),
  })
  .openapi('AlertPage');
export type AlertPage = z.infer<typeof AlertPage>;

export const AlertId = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is not 64 lower-case hex digits')
    .openapi({ description: "The alert's id.", example: 'c0ffee'.padEnd(64, '0') }),
});

const text = (what: string, most: number) => z.string().max(most).optional().openapi({ description: what });

export const NewAlert = closed({
  username: name('The login it is about.', 'ann'),
  title: name("The detector's name.", 'sudo'),
  description: text('What was seen, in a sentence. Longer than the column holds: it is cut with a mark.', 10_000),
  reason: text('The evidence.', 100_000),
  url: text('Where to read more; the person sees it, too. Never fetched.', 2000),
  severity: z.enum(SEVERITIES).optional().openapi({
    description:
      'How bad it would be. Where nothing is said, the bot takes it for `medium`, unless its policy says otherwise.',
  }),
  id: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'is not 64 hex digits, the SHA-256 of the event; write them, or leave it out')
    .optional()
    .openapi({
      description:
        '64 hex digits, the SHA-256 of the event, kept in lower case. Raised again, it is the same alert. Where it is not given, it is made of all fields if they have an `event_time`, else it is another each time.',
      example: 'c0ffee'.padEnd(64, '0'),
    }),
  event_time: text('When it happened: ISO 8601, UTC where it names no zone. By default now.', 40),
}).openapi('NewAlert');
export type NewAlert = z.infer<typeof NewAlert>;

export const MOST_ALERTS = 1000;

const newAlert = { $ref: '#/components/schemas/NewAlert' };
/** Each alert of a list is looked at for itself: see `NewAlert`. */
export const NewAlerts = z
  .unknown()
  .openapi({ oneOf: [newAlert, { type: 'array', minItems: 1, maxItems: MOST_ALERTS, items: newAlert }] });

export const Raised = z
  .object({
    id: z.string(),
    created: z.boolean().openapi({ description: 'False: it was known already, and nothing was changed.' }),
  })
  .openapi('Raised');
export type Raised = z.infer<typeof Raised>;

export const RaisedMany = z
  .object({
    results: z
      .array(z.union([Raised, z.object({ errors: z.array(z.object({ field: z.string(), message: z.string() })) })]))
      .openapi({ description: 'An answer for each alert, in their order: raised or known, or what is wrong with it.' }),
  })
  .openapi('RaisedMany');
export type RaisedMany = z.infer<typeof RaisedMany>;
