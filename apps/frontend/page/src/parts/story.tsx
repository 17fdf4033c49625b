import type { ReactNode } from 'react';
import type { AlertStory } from '../api.ts';
import { showTime } from '../format.ts';

const STEPS: Readonly<Record<string, string>> = {
  seen: 'The bot saw it',
  asked: 'Asked the person',
  answered: 'The person answered',
  readiness: 'Looked at their second factor',
  'permission-asked': 'Asked whether a push may be sent',
  permitted: 'The push was permitted',
  pushed: 'A push was sent',
  'push-unsure': 'Nobody knows whether the push arrived',
  'push-settled': 'The push was answered',
  confirmed: 'Confirmed',
  escalated: 'Went to the security team',
  muted: 'Was muted',
};

/** What happened to an alert, as a time line. Of a push, the detail is its id, which tells nobody anything. */
export function Story({ story }: { readonly story: AlertStory['story'] }): ReactNode {
  if (story.length === 0) return <p>Nothing yet: no bot has taken it.</p>;
  return (
    <ol className="story">
      {story.map(({ at, what, detail }, i) => (
        <li key={i} className={what}>
          <time dateTime={at}>{showTime(at)}</time>
          <strong>{STEPS[what] ?? what}</strong>
          {detail && what !== 'pushed' && <span>{detail}</span>}
        </li>
      ))}
    </ol>
  );
}
