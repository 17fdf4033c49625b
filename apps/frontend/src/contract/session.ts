import { z } from '@hono/zod-openapi';
import { ROLES } from '../access/roles.js';
import { closed } from './closed.js';
import { time } from './values.js';

export const Session = z
  .object({
    user: z
      .object({
        name: z.string(),
        role: z.enum(ROLES),
        until: time('When the session, or the token, ends.'),
      })
      .nullable()
      .openapi({ description: 'Who is signed in; null: nobody.' }),
    csrf: z.string().nullable().openapi({
      description:
        'To be sent as `X-CSRF-Token` with every change; null where a token is used, or nobody is signed in.',
    }),
    sign_in: z.object({
      oidc: z
        .string()
        .nullable()
        .openapi({ description: 'Where to go to sign in with OpenID Connect; null: only by link.' }),
    }),
    demo: z.boolean().openapi({ description: 'Whether there is a demo room.' }),
  })
  .openapi('Session');
export type Session = z.infer<typeof Session>;

export const SignIn = closed({
  code: z.string().max(200).openapi({ description: 'What follows `#` in the sign-in link. It can be used once.' }),
}).openapi('SignIn');
