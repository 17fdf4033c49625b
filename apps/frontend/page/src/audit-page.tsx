import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { api } from './api.ts';
import { showTime } from './format.ts';
import { Failed, Loading, Nothing } from './parts/states.tsx';

/** What was changed; of an alert, a link to it. */
function About({ what, about }: { readonly what: string; readonly about: string }): ReactNode {
  if (what !== 'alert.raise') return about;
  return (
    <Link href={`/alerts/${about}`} title={about}>
      <code>{about.slice(0, 12)}…</code>
    </Link>
  );
}

/** Who has changed what. */
export function AuditPage(): ReactNode {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) => api.audit(pageParam === '' ? undefined : pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <>
      <h1>Audit</h1>
      <p className="lead">Every sign-in and every change: who, and what came of it.</p>
      {error && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading what="the record" />}
      {data && entries.length === 0 && <Nothing>Nothing was changed so far.</Nothing>}
      {entries.length > 0 && (
        <table className="plain record">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">How</th>
              <th scope="col">What</th>
              <th scope="col">About</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ id, at, who, how, what, about, outcome }) => (
              <tr key={id}>
                <td data-head="When" className="short">
                  {showTime(at)}
                </td>
                <td data-head="Who" className="actor">
                  {who}
                </td>
                <td data-head="How" className="short">
                  {how === 'command' ? 'command at the host' : how}
                </td>
                <td data-head="What" className="short">
                  {what}
                </td>
                <td data-head="About" className="about">
                  <About what={what} about={about} />
                </td>
                <td data-head="Outcome" className="short">
                  {outcome ?? 'not known'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older ones
        </button>
      )}
    </>
  );
}
