import type { ReactNode } from 'react';
import { ApiError } from '../api.ts';

/** What there is to say while something is on its way, when it failed, and when there is nothing. */
export function Loading({ what }: { readonly what: string }): ReactNode {
  return (
    <p className="state" role="status">
      Loading {what} …
    </p>
  );
}

export function Failed({ error, retry }: { readonly error: Error; readonly retry?: () => void }): ReactNode {
  return (
    <div className="state failed" role="alert">
      <p>{error.message}</p>
      {error instanceof ApiError &&
        Object.entries(error.fields).map(([field, message]) => (
          <p key={field}>
            <code>{field}</code>: {message}
          </p>
        ))}
      {retry && !(error instanceof ApiError && error.isFinal) && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Nothing({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="state">{children}</p>;
}
