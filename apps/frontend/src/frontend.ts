import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { recorded, type SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { hasSignedIn } from './access/audit.js';
import { createLink, type Person } from './access/sessions.js';
import { type AppOptions, createApp } from './app.js';
import { listen } from './server.js';
import { type FrontendSettings, urlOf } from './settings.js';

export interface FrontendOptions {
  readonly settings: FrontendSettings;
  /** Told of what nobody foresaw. */
  readonly onError: (error: unknown) => void;
  /** See `AppOptions`. */
  readonly onRaised?: NonNullable<AppOptions['onRaised']>;
  readonly pages?: NonNullable<AppOptions['pages']>;
  readonly demo?: NonNullable<AppOptions['demo']>;
}

export interface Frontend {
  /** Where browsers reach it. */
  readonly url: string;
  /** Stops answering. May be called twice. */
  stop(): Promise<void>;
}

/** Serves the API on a database that is up to date; closing it is the caller's business. Throws what listening fails with. */
export async function startFrontend(database: SqlDatabase, options: FrontendOptions): Promise<Frontend> {
  const { settings } = options;
  const parts = { database, tasker: createSqlTasker(database), blacklist: createSqlBlacklist(database) };
  const { port, close } = await listen(createApp(parts, options), settings);
  return { url: urlOf(settings, port), stop: close };
}

/** A link to sign in with, once, within 15 minutes. `url`: where the front end is. `by`: who makes it. */
export async function createSignInLink(
  database: SqlDatabase,
  url: string,
  person: Person,
  by: string,
): Promise<string> {
  let code = '';
  const about = `${person.name} (${person.role})`;
  await recorded(database, { name: by, how: 'command' }, 'sign-in.link', [about], async () => {
    code = await createLink(database, person);
    return ['done'];
  });
  // Behind the # nothing is sent, nor logged on the way.
  return `${url}/sign-in#${code}`;
}

/** For who starts it the first time: a link, where nobody has ever signed in and nobody could but by one. */
export async function firstLink(
  database: SqlDatabase,
  url: string,
  { oidc }: FrontendSettings,
  owner: string,
): Promise<string | undefined> {
  if (oidc || (await hasSignedIn(database))) return undefined;
  return createSignInLink(database, url, { name: owner, role: 'admin' }, owner);
}
