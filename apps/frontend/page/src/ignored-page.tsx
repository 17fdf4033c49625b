import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api } from './api.ts';
import { showTime } from './format.ts';
import { Failed, Loading, Nothing } from './parts/states.tsx';
import { useMayChange } from './session.tsx';

/** Mutes: titles that somebody is not asked about until a time. */
export function IgnoredPage(): ReactNode {
  const mayChange = useMayChange();
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: ['ignored', all], queryFn: () => api.ignored(all) });
  const end = useMutation({
    mutationFn: ({ username, title }: { readonly username: string; readonly title: string }) =>
      api.unmute(username, title),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['ignored'] }),
  });
  return (
    <>
      <h1>Ignored</h1>
      <p className="lead">
        Titles that somebody is not asked about, because they proved one of them, until the mute ends.
      </p>
      <label>
        <input type="checkbox" checked={all} onChange={({ target }) => setAll(target.checked)} /> those that have ended,
        too
      </label>
      {error && <Failed error={error} retry={refetch} />}
      {end.error && <Failed error={end.error} />}
      {!data && !error && <Loading what="mutes" />}
      {data?.ignored.length === 0 && <Nothing>Nothing is muted.</Nothing>}
      {data && data.ignored.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Login</th>
              <th scope="col">Title</th>
              <th scope="col">Until</th>
              <th scope="col">At most</th>
              <th scope="col">Why</th>
              {mayChange && (
                <th scope="col">
                  <span className="quiet">End it</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.ignored.map(({ username, title, until, max_severity, reason }) => (
              <tr key={JSON.stringify([username, title])}>
                <td>{username}</td>
                <td>{title}</td>
                <td>{showTime(until)}</td>
                <td>{max_severity ?? 'any severity'}</td>
                <td>{reason || '–'}</td>
                {mayChange && (
                  <td>
                    <button type="button" disabled={end.isPending} onClick={() => end.mutate({ username, title })}>
                      End
                      <span className="quiet">
                        {' '}
                        the mute of {title} for {username}
                      </span>
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
