import { z } from '@hono/zod-openapi';
import { closed } from './closed.js';

export const DemoState = z
  .object({
    user: z.string().openapi({ description: 'The login of the person at the terminal.' }),
    chat: z
      .array(
        z.object({
          n: z.number().openapi({ description: 'Which line it is.' }),
          speaker: z.string(),
          text: z.string(),
          own: z.boolean().openapi({ description: 'Whether the person says it.' }),
        }),
      )
      .readonly()
      .openapi({ description: 'The last hundred lines, the oldest first.' }),
    pushes: z
      .array(z.object({ id: z.string(), reason: z.string() }))
      .readonly()
      .openapi({ description: 'What the pretend phone asks now, the oldest first.' }),
  })
  .openapi('DemoState');
export type DemoState = z.infer<typeof DemoState>;

export const DemoLine = closed({
  text: z.string().min(1).max(4000).openapi({ description: 'One line, as if it were typed.' }),
}).openapi('DemoLine');

export const DemoAnswer = closed({
  id: z.string().max(200).openapi({ description: 'Of the push.' }),
  answer: z.enum(['approved', 'denied', 'fraud']),
}).openapi('DemoAnswer');
export type DemoAnswer = z.infer<typeof DemoAnswer>;
