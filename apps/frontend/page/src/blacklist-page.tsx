import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError, api } from './api.ts';
import { showTime } from './format.ts';
import { Field, useFocusOnError } from './parts/field.tsx';
import { ListingTable } from './parts/listing.tsx';
import { Failed } from './parts/states.tsx';
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
  return (
    <>
      <h1>Blacklist</h1>
      <p className="lead">Logins that are not written to. Their alerts go to the security team at once.</p>
      {mayChange && <Add />}
      <ListingTable
        queryKey={['blacklist']}
        read={async () => (await api.blacklist()).blacklist}
        keyOf={({ username }) => username}
        columns={{
          Login: ({ username }) => username,
          Since: ({ since }) => showTime(since),
          Why: ({ reason }) => reason || '–',
        }}
        what="the blacklist"
        nothing="Nobody is on it."
        action={{
          name: 'Take off',
          about: ({ username }) => username,
          run: ({ username }) => api.optIn(username),
        }}
      />
    </>
  );
}
