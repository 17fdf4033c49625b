import { createWebauthnPages } from '@securitybot/auth-webauthn';
import type { FrontendSettings } from '@securitybot/frontend/environment';
import { openDatabase, type SqlDatabase } from '@securitybot/sql';
import type { DemoRoom } from '@securitybot/terminal';
import type { Logger } from 'pino';
import type { PasskeyEnvironment } from './environment.js';
import { errorFields } from './log.js';

/** Connections of its own, and few: whoever searches should not keep the bot from its work. */
const CONNECTIONS = 4;

export interface FrontendRequest {
  readonly settings: FrontendSettings;
  /** Up to date. SQLite has one connection for all. */
  readonly database: SqlDatabase;
  readonly databaseUrl: string;
  /** Whose pages it serves; absent: there are none. */
  readonly passkeys?: PasskeyEnvironment | undefined;
  /** Absent: there is no demo room. */
  readonly demo?: DemoRoom | undefined;
  /** Whom the first link lets in. */
  readonly owner: string;
  readonly log: Logger;
  /** Told the first link. */
  readonly say: (text: string) => void;
}

export interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the page and the API. Throws what starting fails with. */
export async function serveFrontend(request: FrontendRequest): Promise<Serving> {
  const { settings, owner, passkeys, demo, log, say } = request;
  const { firstLink, startFrontend } = await import('@securitybot/frontend'); // whoever lists alerts need not wait for it
  const isShared = request.database.engine === 'sqlite';
  const database = isShared ? request.database : await openDatabase(request.databaseUrl, { poolSize: CONNECTIONS });
  const close = async () => (isShared ? undefined : database.close());
  const onError = (error: unknown) => log.error(errorFields(error), 'could not answer a request');
  try {
    const pages = passkeys ? { pages: createWebauthnPages({ database, ...passkeys }) } : {};
    const { url, stop } = await startFrontend(database, { settings, onError, ...pages, ...(demo && { demo }) });
    log.info({ url }, 'the page and the API are there');
    const link = await firstLink(database, url, settings, owner);
    if (link !== undefined) {
      say(`Securitybot's page lets you in by this link, once, within 15 minutes:\n  ${link}\n`);
      say('"securitybot sign-in" makes another.\n');
    }
    return { url, stop: () => stop().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same, but that the bot goes on without it: its work does not wait for a free port. */
export async function tryFrontend(request: FrontendRequest): Promise<Serving | undefined> {
  try {
    return await serveFrontend(request);
  } catch (error) {
    const { host, port } = request.settings;
    const advice = 'set SECURITYBOT_HTTP_PORT to a free port, or SECURITYBOT_HTTP to off';
    request.log.error(
      errorFields(error),
      `no page and no API at ${host}:${port}: ${advice}; the bot runs without them`,
    );
    return undefined;
  }
}
