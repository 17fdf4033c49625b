import { z } from '@hono/zod-openapi';
import { closed } from './closed.js';
import { time, when } from './values.js';

export const StatsQuery = closed({
  after: when('Of alerts first seen then or later; by default the last 30 days.'),
  before: when('First seen before that; by default now.'),
});

const numbers = {
  alerts: z.int(),
  confirmed: z.int(),
  escalated: z.int(),
  muted: z.int(),
  open: z.int().openapi({ description: 'Without a verdict so far.' }),
};

export const Stats = z
  .object({
    after: time('Of alerts first seen then or later.'),
    before: time('First seen before that.'),
    total: z.object(numbers),
    days: z
      .array(z.object({ day: z.string().openapi({ example: '2026-11-24', description: 'In UTC.' }), ...numbers }))
      .openapi({ description: 'By the day they were first seen; days without any are left out.' }),
    causes: z
      .array(z.object({ cause: z.string(), alerts: z.int() }))
      .openapi({ description: 'Why alerts went to the security team, the most frequent first.' }),
    answers: z
      .object({
        count: z.int().openapi({ description: 'How many were answered.' }),
        median_ms: z.int().nullable(),
        p90_ms: z.int().nullable().openapi({ description: 'Nine of ten were answered within this.' }),
        within: z
          .array(
            z.object({
              ms: z.int().nullable().openapi({ description: 'null: longer than all others' }),
              count: z.int(),
            }),
          )
          .openapi({ description: 'How many took up to that long, and longer than the one before.' }),
      })
      .openapi({ description: 'From the question to the answer.' }),
    titles: z
      .array(z.object({ title: z.string(), ...numbers }))
      .openapi({ description: 'The 50 titles with the most alerts: one that is nearly always confirmed is noise.' }),
    people: z
      .array(z.object({ username: z.string(), ...numbers }))
      .openapi({ description: 'The 50 logins with the most alerts: who is asked too often.' }),
  })
  .openapi('Stats');
export type Stats = z.infer<typeof Stats>;
