import { createWebauthnPages } from '@securitybot/auth-webauthn';
import { isPluginError, PluginError } from '@securitybot/core';
import { type FrontendSettings, urlOf } from '@securitybot/frontend/environment';
import { openDatabase, type SqlDatabase } from '@securitybot/sql';
import type { DemoRoom } from '@securitybot/terminal';
import type { Logger } from 'pino';
import { answers } from './answers.js';
import type { Environment } from './environment.js';
import { errorFields } from './log.js';

/** Connections of its own, and few: whoever searches should not keep the bot from its work. */
const CONNECTIONS = 4;

export interface FrontendRequest {
  /** The environment's, which says that there is to be a page. */
  readonly settings: FrontendSettings;
  readonly environment: Environment;
  /** Up to date. SQLite has one connection for all. */
  readonly database: SqlDatabase;
  /** Absent: there is no demo room. */
  readonly demo?: DemoRoom | undefined;
  /** Told that new alerts were added. */
  readonly onRaised: () => void;
  readonly log: Logger;
  /** Told the first link. */
  readonly say: (text: string) => void;
}

export interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

const PORT_TAKEN = 'another process has that port. Set SECURITYBOT_HTTP_PORT to a free one';
const NO_ADDRESS = 'this machine has no such address. Set SECURITYBOT_HTTP_HOST to one that it has';
const UNHEARD: Readonly<Record<string, string>> = {
  EADDRINUSE: PORT_TAKEN,
  EACCES: 'this user may not have that port. Set SECURITYBOT_HTTP_PORT to one above 1023',
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
};

/** Where it cannot listen, why, and what to set. */
function inWords(error: unknown, { host, port }: FrontendSettings): unknown {
  const why = UNHEARD[(error as NodeJS.ErrnoException).code ?? ''];
  const message = `no page and no API at ${host}:${port}: ${why}.`;
  return why === undefined ? error : new PluginError('REJECTED', message, { cause: error });
}

/** For whoever was given a link or a token: says what to start where nothing answers. Not where only others know where that is. */
export async function sayIfNobodyServes(
  settings: FrontendSettings,
  calledAs: string,
  say: (text: string) => void,
): Promise<void> {
  if (settings.origin !== undefined || settings.port === 0 || (await answers(settings))) return;
  say(`Nothing answers at ${urlOf(settings)} yet: run "${calledAs} start", or "${calledAs} frontend" without a bot.\n`);
}

/** Serves the page and the API. Throws what starting fails with; where it cannot listen, a PluginError. */
export async function serveFrontend(request: FrontendRequest): Promise<Serving> {
  const { settings, demo, onRaised, log, say } = request;
  const { databaseUrl, owner, calledAs, passkeys } = request.environment;
  const { firstLink, startFrontend } = await import('@securitybot/frontend'); // whoever lists alerts need not wait for it
  const isShared = request.database.engine === 'sqlite';
  const database = isShared ? request.database : await openDatabase(databaseUrl, { poolSize: CONNECTIONS });
  const close = async () => (isShared ? undefined : database.close());
  const onError = (error: unknown) => log.error(errorFields(error), 'could not answer a request');
  try {
    const answer = passkeys && createWebauthnPages({ database, ...passkeys });
    const pages = answer ? { pages: { path: '/passkey', answer } } : {};
    const options = { settings, onError, onRaised, ...pages, ...(demo && { demo }) };
    const { url, stop } = await startFrontend(database, options);
    log.info({ url }, 'the page and the API are there');
    const link = await firstLink(database, url, settings, owner);
    if (link !== undefined) {
      say(`Securitybot's page lets you in by this link, once, within 15 minutes:\n  ${link}\n`);
      say(`"${calledAs} sign-in" makes another.\n`);
    }
    return { url, stop: () => stop().then(close) };
  } catch (error) {
    await close();
    throw inWords(error, settings);
  }
}

/** The same, but that the bot goes on without it: its work does not wait for a free port. */
export async function tryFrontend(request: FrontendRequest): Promise<Serving | undefined> {
  try {
    return await serveFrontend(request);
  } catch (error) {
    const without = 'The bot runs without them; SECURITYBOT_HTTP=off says that this is meant.';
    // Whoever tries it out reads lines, and no JSON.
    if (request.demo && isPluginError(error)) request.say(`securitybot: ${error.message} ${without}\n`);
    else request.log.error(errorFields(error), `could not serve the page and the API. ${without}`);
    return undefined;
  }
}
