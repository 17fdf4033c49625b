import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError, api } from './api.ts';
import { showTime } from './format.ts';
import { Field, useFocusOnError } from './parts/field.tsx';
import { Failed, Loading, Nothing } from './parts/states.tsx';
import { useMayChange } from './session.tsx';

function Add(): ReactNode {
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: ({ username, reason }: { readonly username: string; readonly reason: string }) =>
      api.optOut(username, reason),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['blacklist'] }),
  });
  const fields = add.error instanceof ApiError ? add.error.fields : {};
  const box = useFocusOnError(add.error);
  return (
    <form
      ref={box}
      className="inline"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        const [username, reason] = [String(data.get('username')), String(data.get('reason'))];
        add.mutate({ username, reason }, { onSuccess: () => form.reset() });
      }}
    >
      <Field label="Login" error={fields.username}>
        {(props) => <input {...props} name="username" required maxLength={255} autoComplete="off" />}
      </Field>
      <Field label="Why" error={fields.reason}>
        {(props) => <input {...props} name="reason" maxLength={255} autoComplete="off" />}
      </Field>
      <button type="submit" className="main" disabled={add.isPending}>
        Add
      </button>
      {add.error && Object.keys(fields).length === 0 && <Failed error={add.error} />}
    </form>
  );
}

/** Opt-outs: logins that are not written to, and whose alerts go to the security team at once. */
export function BlacklistPage(): ReactNode {
  const mayChange = useMayChange();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['blacklist'], queryFn: api.blacklist });
  const remove = useMutation({
    mutationFn: api.optIn,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['blacklist'] }),
  });
  return (
    <>
      <h1>Blacklist</h1>
      <p className="lead">Logins that are not written to. Their alerts go to the security team at once.</p>
      {mayChange && <Add />}
      {error && <Failed error={error} retry={refetch} />}
      {remove.error && <Failed error={remove.error} />}
      {!data && !error && <Loading what="the blacklist" />}
      {data?.blacklist.length === 0 && <Nothing>Nobody is on it.</Nothing>}
      {data && data.blacklist.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Login</th>
              <th scope="col">Since</th>
              <th scope="col">Why</th>
              {mayChange && (
                <th scope="col">
                  <span className="quiet">Take off</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.blacklist.map(({ username, since, reason }) => (
              <tr key={username}>
                <td>{username}</td>
                <td>{showTime(since)}</td>
                <td>{reason || '–'}</td>
                {mayChange && (
                  <td>
                    <button type="button" disabled={remove.isPending} onClick={() => remove.mutate(username)}>
                      Take off<span className="quiet"> {username}</span>
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
