import { PluginError } from '@securitybot/core';

export function schemeOf(url: string): string {
  return url.slice(0, Math.max(0, url.indexOf(':'))).toLowerCase();
}

/** The URL without its password and options, for messages. */
export function redact(url: string): string {
  if (schemeOf(url) === 'sqlite') return url;
  return url
    .replace(/\/\/[^/]*@/, (part) =>
      `${part.replace(/:.*/s, '')}${part.includes(':') ? ':***' : ''}@`.replace('@@', '@'),
    )
    .replace(/\?.*/s, '');
}

/** Takes a server's URL apart. Throws a PluginError (`REJECTED`). */
export function parseServerUrl(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw new PluginError(
      'REJECTED',
      `sql: ${JSON.stringify(redact(url))} cannot be read as a URL. In user and password, write special characters as %XX (@ is %40, / is %2F)`,
      { cause },
    );
  }
}
