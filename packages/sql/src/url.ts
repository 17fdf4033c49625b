import { PluginError } from '@securitybot/core';

export function schemeOf(url: string): string {
  return url.slice(0, Math.max(0, url.indexOf(':'))).toLowerCase();
}

/** The URL for messages: without password and options. */
export function redact(url: string): string {
  if (schemeOf(url) === 'sqlite') return url;
  if (!URL.canParse(url)) return `${schemeOf(url)}://…`;
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

/** Takes a server's URL apart. Throws a PluginError (`REJECTED`). */
export function parseServerUrl(url: string): URL {
  // After a #, the rest of a password would be taken for something else, and its beginning for a host.
  if (URL.canParse(url) && !url.includes('#')) return new URL(url);
  throw new PluginError(
    'REJECTED',
    `sql: the database URL ${schemeOf(url)}://… cannot be read. In user and password, write special characters as %XX (# is %23, / is %2F, @ is %40)`,
  );
}
