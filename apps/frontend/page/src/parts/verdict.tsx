import type { ReactNode } from 'react';
import type { Alert } from '../api.ts';

/** How an alert ended, or how far it is; in words, so that it does not hang on a colour. */
export function Verdict({ alert }: { readonly alert: Alert }): ReactNode {
  const { verdict, cause, status, state, rejected } = alert;
  if (rejected !== null) return <span className="badge bad">cannot be asked</span>;
  if (verdict === 'confirmed') return <span className="badge good">confirmed</span>;
  if (verdict === 'escalated') return <span className="badge bad">{cause ?? 'escalated'}</span>;
  if (verdict === 'muted') return <span className="badge">muted</span>;
  return <span className="badge open">{state ?? status}</span>;
}
