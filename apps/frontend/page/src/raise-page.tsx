import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ApiError, api, type Raised } from './api.ts';
import { Field, useFocusOnError } from './parts/field.tsx';
import { Failed } from './parts/states.tsx';

const TEXTS: readonly [name: string, label: string, hint: string, most: number][] = [
  ['username', 'Login', 'whom it is about', 255],
  ['title', 'Title', 'what a detector would be called', 255],
  ['description', 'Description', 'what was seen, in a sentence', 10_000],
  ['url', 'Link', 'where the security team reads more', 2000],
];

const NEEDED: Readonly<Record<string, string>> = { username: 'write the login', title: 'write the title' };

/** Raises what was written, unless there is nothing in a field that is needed. */
async function raiseWritten(written: Readonly<Record<string, string>>): Promise<Raised> {
  const errors = Object.entries(NEEDED)
    .filter(([field]) => !written[field]?.trim())
    .map(([field, message]) => ({ field, message }));
  if (errors.length > 0) throw new ApiError(400, { errors });
  return api.raise(Object.fromEntries(Object.entries(written).filter(([, value]) => value !== '')));
}

/** A form that raises an alert, as a detector would. */
export function RaisePage(): ReactNode {
  const [, go] = useLocation();
  const [given] = useSearchParams();
  const raise = useMutation({ mutationFn: raiseWritten, onSuccess: ({ id }) => go(`/alerts/${id}`) });
  const fields = raise.error instanceof ApiError ? raise.error.fields : {};
  const form = useFocusOnError(raise.error);
  return (
    <>
      <h1>Raise an alert</h1>
      <p className="lead">The person is asked about it within a second or two.</p>
      <form
        ref={form}
        className="stacked"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]);
          raise.mutate(Object.fromEntries(entries));
        }}
      >
        {TEXTS.map(([name, label, hint, most]) => (
          <Field key={name} label={label} hint={hint} error={fields[name]}>
            {(props) => (
              <input {...props} name={name} defaultValue={given.get(name) ?? ''} maxLength={most} autoComplete="off" />
            )}
          </Field>
        ))}
        <Field label="Evidence" hint="is quoted to the person" error={fields.reason}>
          {(props) => <textarea {...props} name="reason" rows={4} maxLength={100_000} />}
        </Field>
        <Field label="Severity" error={fields.severity}>
          {(props) => (
            <select {...props} name="severity" defaultValue="medium">
              {['low', 'medium', 'high', 'critical'].map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </Field>
        {raise.error && Object.keys(fields).length === 0 && <Failed error={raise.error} />}
        <button type="submit" className="main" disabled={raise.isPending}>
          Raise it
        </button>
      </form>
    </>
  );
}
