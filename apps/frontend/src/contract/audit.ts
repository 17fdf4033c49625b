import { z } from '@hono/zod-openapi';
import { closed } from './closed.js';
import { count, cursor, time } from './values.js';

export const AuditQuery = closed({
  limit: count('So many at the most.', 1000, 50),
  cursor: cursor('`next` of the page before.', /^([0-9a-f]{32})?$/),
});

const AuditEntry = z
  .object({
    id: z.string(),
    at: time('When.'),
    who: z.string().openapi({
      description:
        "The name of the person; of a token, its name and its id; of a `command`, the operating system's login at the host.",
    }),
    how: z.string().openapi({
      description:
        '`session`, `token`, `link`, `oidc`; or `command`: typed at a host that reaches the database, where nobody signs in.',
    }),
    what: z.string().openapi({ description: 'Such as `alert.raise`, `opt-out.put`, `token.create`, `sign-in`.' }),
    about: z.string().openapi({
      description: "The alert's id, the login; for `token.create` and `token.revoke`, the token's id first.",
    }),
    outcome: z
      .string()
      .nullable()
      .openapi({ description: '`done`, `unchanged` or `failed`; null: it was begun, and nobody knows.' }),
  })
  .openapi('AuditEntry');
export const AuditPage = z.object({ entries: z.array(AuditEntry), next: z.string().nullable() }).openapi('AuditPage');
export type AuditPage = z.infer<typeof AuditPage>;
