import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from './api.ts';
import { showTime } from './format.ts';
import { Failed, Loading, Nothing } from './parts/states.tsx';

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
        <table className="plain">
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
                <td>{showTime(at)}</td>
                <td>{who}</td>
                <td>{how === 'command' ? 'command at the host' : how}</td>
                <td>{what}</td>
                <td className="long">{about}</td>
                <td>{outcome ?? 'not known'}</td>
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
