import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { Site } from '../web/site.js';

/** A cookie that no script reads and no other page can make a browser send, or set. */
export interface Jar {
  get(context: Context): string | undefined;
  set(context: Context, value: string, seconds: number): void;
  clear(context: Context): void;
}

/**
 * `lax`: sent, too, when another page leads here. Over plain HTTP, which is loopback only, browsers take no `Secure` cookies everywhere, and
 * all ports of a machine share its cookies: there the name has the port, and nothing but this machine's own programs could read it.
 */
export function createJar({ secure }: Site, name: string, lax = false): Jar {
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: lax ? 'Lax' : 'Strict', secure };
  const nameFor = (context: Context) => {
    const [, port = '80'] = /:(\d+)$/.exec(context.req.header('host') ?? '') ?? [];
    return secure ? `__Host-${name}` : `${name}-${port}`;
  };
  return {
    get: (context) => getCookie(context, nameFor(context)),
    set: (context, value, seconds) => setCookie(context, nameFor(context), value, { ...options, maxAge: seconds }),
    clear: (context) => void deleteCookie(context, nameFor(context), options),
  };
}
