import { z } from '@hono/zod-openapi';
import { closed } from './closed.js';
import { flag, format, name, time } from './values.js';

/** A mute: "do not ask about this title until …". */
export const Mute = z
  .object({
    username: z.string(),
    title: z.string(),
    until: time('When it ends; null where the row tells no time: it covers nothing.').nullable(),
    since: time('It covers only what was first seen after; null: all.').nullable(),
    max_severity: z.string().nullable().openapi({ description: 'It covers nothing more severe; null: everything.' }),
    reason: z.string(),
  })
  .openapi('Mute');
export type Mute = z.infer<typeof Mute>;

export const MuteQuery = closed({ all: flag('Those that have ended, too.'), format });
export const MuteKey = closed({ username: name('Whose mute.', 'ann'), title: name('Of which title.', 'sudo') });

/** An opt-out: "do not write to me". */
export const OptOut = z
  .object({
    username: z.string(),
    since: time('Since when; null where somebody else wrote the row.').nullable(),
    reason: z.string(),
  })
  .openapi('OptOut');
export type OptOut = z.infer<typeof OptOut>;

export const OptOutQuery = closed({ format });
export const OptOutKey = closed({ username: name('The login.', 'ann') });
export const NewOptOut = closed({
  username: name(
    'The login. From now on, its alerts go to the security team as `opted-out`, and it is not written to.',
    'ann',
  ),
  reason: z.string().max(255).default('').openapi({ description: 'Why.' }),
}).openapi('NewOptOut');
export type NewOptOut = z.infer<typeof NewOptOut>;

export const Changed = z
  .object({ changed: z.boolean().openapi({ description: 'False: it was so already.' }) })
  .openapi('Changed');
export type Changed = z.infer<typeof Changed>;
