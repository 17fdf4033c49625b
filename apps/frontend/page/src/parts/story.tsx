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

const PROOFS: Readonly<Record<string, string>> = {
  challenge: 'by their second factor',
  waived: 'without proof: the policy waives it for this title',
};

/** A step's detail in words. Of a push it is an id, which tells nobody anything. */
function detailOf({ what, detail }: AlertStory['story'][number]): string {
  if (detail === null || what === 'pushed') return '';
  return what === 'confirmed' ? (PROOFS[detail] ?? detail) : detail;
}

/** What happened to an alert, as a time line. */
export function Story({ story }: { readonly story: AlertStory['story'] }): ReactNode {
  if (story.length === 0) return <p>Nothing yet: no bot has taken it.</p>;
  return (
    <ol className="story">
      {story.map((step, i) => {
        const { at, what } = step;
        const detail = detailOf(step);
        return (
          <li key={i} className={what}>
            <time dateTime={at}>{showTime(at)}</time>
            <strong>{STEPS[what] ?? what}</strong>
            {detail && <span>{detail}</span>}
          </li>
        );
      })}
    </ol>
  );
}
