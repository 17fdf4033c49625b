import { type ReactNode, useState } from 'react';
import { api } from './api.ts';
import { showTime } from './format.ts';
import { ListingTable } from './parts/listing.tsx';

/** Mutes: titles that somebody is not asked about until a time. */
export function IgnoredPage(): ReactNode {
  const [all, setAll] = useState(false);
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
      <ListingTable
        queryKey={['ignored', all]}
        read={async () => (await api.ignored(all)).ignored}
        keyOf={({ username, title }) => JSON.stringify([username, title])}
        columns={{
          Login: ({ username }) => username,
          Title: ({ title }) => title,
          Until: ({ until }) => showTime(until),
          'At most': ({ max_severity }) => max_severity ?? 'any severity',
          Why: ({ reason }) => reason || '–',
        }}
        what="mutes"
        nothing="Nothing is muted."
        action={{
          name: 'End',
          about: ({ username, title }) => `the mute of ${title} for ${username}`,
          run: ({ username, title }) => api.unmute(username, title),
        }}
      />
    </>
  );
}
