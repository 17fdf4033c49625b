import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api.ts';
import { Field } from '../parts/field.tsx';
import type { Filter, View } from './view.ts';

const CHOICES: readonly [name: Filter, label: string, options: readonly string[]][] = [
  ['status', 'Status', ['open', 'in-progress', 'done']],
  ['verdict', 'Verdict', ['confirmed', 'escalated', 'muted']],
  [
    'cause',
    'Cause',
    [
      'denied',
      'unsure',
      'no-answer',
      'refused-proof',
      'push-denied',
      'fraud',
      'expired',
      'no-factor',
      'bypassed',
      'locked-out',
      'push-limit',
      'auth-unavailable',
      'unknown-person',
      'ambiguous-person',
      'undeliverable',
      'opted-out',
      'flood',
    ],
  ],
  ['performed', 'Says it was them', ['true', 'false']],
  ['authenticated', 'Proved it', ['true', 'false']],
];

const TEXTS: readonly [name: Filter, label: string, hint: string][] = [
  ['usernames', 'Logins', 'several: separated by commas'],
  ['titles', 'Titles', 'several: separated by commas'],
  ['after', 'Since', '-6h, -2d, or 2026-11-24T09:30Z'],
  ['before', 'Until', '-6h, -2d, or 2026-11-24T09:30Z'],
];

/** What is wrong with filters, by their names; each is said at its field. */
export const filterErrors = (error: Error | null): Readonly<Record<string, string>> =>
  error instanceof ApiError ? error.fields : {};

const WORDS: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };

/** How long somebody stops typing before it counts, in ms. */
const PAUSE_MS = 300;

/** A text that counts once its writer pauses. */
function PatientText(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'search' | 'text';
  readonly id: string;
}): ReactNode {
  const { value, onChange, type = 'text', ...rest } = props;
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setText(value); // changed from elsewhere
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return <input type={type} value={text} onChange={({ target }) => setText(target.value)} {...rest} />;
}

/** What the list is filtered by. `/` goes to the search from anywhere. */
export function Filters({ view, error }: { readonly view: View; readonly error: Error | null }): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const { filters, set, clear } = view;
  const fields = filterErrors(error);
  const count = Object.keys(filters).filter((name) => name !== 'search').length;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.matches('input, select, textarea');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      form.current?.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <search>
      <form ref={form} className="filters" onSubmit={(event) => event.preventDefault()}>
        <Field label="Search" error={fields.search}>
          {(props) => (
            <PatientText
              {...props}
              type="search"
              value={filters.search ?? ''}
              onChange={(value) => set('search', value)}
            />
          )}
        </Field>
        <details open={count > 0}>
          <summary>Filters{count > 0 && ` (${count})`}</summary>
          <div className="grid">
            {TEXTS.map(([name, label, hint]) => (
              <Field key={name} label={label} hint={hint} error={fields[name]}>
                {(props) => (
                  <PatientText {...props} value={filters[name] ?? ''} onChange={(value) => set(name, value)} />
                )}
              </Field>
            ))}
            {CHOICES.map(([name, label, options]) => (
              <Field key={name} label={label} error={fields[name]}>
                {(props) => (
                  <select {...props} value={filters[name] ?? ''} onChange={({ target }) => set(name, target.value)}>
                    <option value="">any</option>
                    {options.map((option) => (
                      <option key={option} value={option}>
                        {WORDS[option] ?? option}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            ))}
          </div>
          <button type="button" onClick={clear}>
            Clear all
          </button>
        </details>
      </form>
    </search>
  );
}
