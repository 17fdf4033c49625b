import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { api, type Session } from './api.ts';
import { Failed } from './parts/states.tsx';

const PROBLEMS: Readonly<Record<string, string>> = {
  provider: 'The sign-in service does not answer. Try again in a while, or use a sign-in link.',
  stale: 'That took too long, or was begun in another browser. Please sign in again.',
  group: 'You are signed in there, but none of your groups may come in here. Ask whoever runs Securitybot.',
  refused: 'The sign-in service did not let you in.',
};

/** Lets somebody in: by the code behind the # of a link, or by OpenID Connect. */
export function SignInPage({ session }: { readonly session: Session }): ReactNode {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const begun = useRef(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: api.signIn,
    onSuccess: (signedIn) => {
      queries.setQueryData(['session'], signedIn);
      go('/', { replace: true });
    },
  });
  useEffect(() => {
    const code = location.hash.slice(1);
    if (code === '' || begun.current) return;
    begun.current = true; // it can be used once
    history.replaceState(null, '', location.pathname);
    mutate(code);
  }, [mutate]);

  const problem = PROBLEMS[new URLSearchParams(location.search).get('problem') ?? ''];
  const { oidc } = session.sign_in;
  return (
    <main className="sign-in">
      <h1>Securitybot</h1>
      {isPending && <p role="status">Signing in …</p>}
      {error && <Failed error={error} />}
      {problem && (
        <p className="state failed" role="alert">
          {problem}
        </p>
      )}
      {oidc && (
        <a className="button main" href={oidc}>
          Sign in
        </a>
      )}
      <p>
        {oidc
          ? 'Or open a sign-in link: '
          : 'Open the sign-in link that Securitybot printed when it started. Or make another: '}
        <code>securitybot sign-in</code>
      </p>
    </main>
  );
}
