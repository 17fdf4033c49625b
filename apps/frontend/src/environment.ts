import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { OidcSettings } from './access/oidc.js';
import { checkSettings, type FrontendSettings, isLoopback } from './settings.js';

type Get = (name: string) => string | undefined;

/** The variables, for `--help`. */
export const FRONTEND_HELP = `Web page and HTTP API:
  SECURITYBOT_HTTP               off: without them
  SECURITYBOT_HTTP_HOST          where to listen (default: 127.0.0.1); beyond this machine only with
  SECURITYBOT_HTTP_TLS_CERT      and
  SECURITYBOT_HTTP_TLS_KEY       files in PEM, or
  SECURITYBOT_HTTP_PROXIES       addresses or networks of the proxies that do TLS, separated by commas; and
  SECURITYBOT_HTTP_ORIGIN        how browsers reach it, such as https://securitybot.example.com
  SECURITYBOT_HTTP_PORT          default: 8888; 0: any free one
  SECURITYBOT_OIDC_ISSUER        people sign in with this OpenID provider; with
  SECURITYBOT_OIDC_CLIENT_ID     and
  SECURITYBOT_OIDC_CLIENT_SECRET and
  SECURITYBOT_OIDC_ADMINS        groups, separated by commas, whose people may change things, or
  SECURITYBOT_OIDC_VIEWERS       may see everything
  SECURITYBOT_OIDC_GROUPS_CLAIM  the claim that names a person's groups (default: groups)
  SECURITYBOT_OIDC_SCOPE         what is asked for (default: openid profile email)`;

/** Throws an Error that names the variable and what it should be, and not its value, where that may be a secret. */
function check(name: string, isRight: boolean, advice: string): void {
  if (!isRight) throw new Error(`${name} cannot be used: ${advice}`);
}

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return isIP(address) !== 0 && isPrefix && more.length === 0;
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function readTls(get: Get): FrontendSettings['tls'] {
  const [cert, key] = [get('SECURITYBOT_HTTP_TLS_CERT'), get('SECURITYBOT_HTTP_TLS_KEY')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new Error('SECURITYBOT_HTTP_TLS_CERT and SECURITYBOT_HTTP_TLS_KEY belong together; set both, or none.');
  }
  return { cert: read('SECURITYBOT_HTTP_TLS_CERT', cert), key: read('SECURITYBOT_HTTP_TLS_KEY', key) };
}

function readOrigin(get: Get): string | undefined {
  const text = get('SECURITYBOT_HTTP_ORIGIN');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  check('SECURITYBOT_HTTP_ORIGIN', isOrigin, 'write scheme and host, such as https://securitybot.example.com.');
  return url?.origin;
}

function readOidc(get: Get): OidcSettings | undefined {
  const issuer = get('SECURITYBOT_OIDC_ISSUER');
  if (issuer === undefined) return undefined;
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  check('SECURITYBOT_OIDC_ISSUER', isSafe, 'write its https URL, such as https://login.example.com/realms/company.');
  const [clientId, clientSecret] = [get('SECURITYBOT_OIDC_CLIENT_ID'), get('SECURITYBOT_OIDC_CLIENT_SECRET')];
  if (clientId === undefined || clientSecret === undefined) {
    throw new Error(
      'SECURITYBOT_OIDC_ISSUER needs SECURITYBOT_OIDC_CLIENT_ID and SECURITYBOT_OIDC_CLIENT_SECRET beside it.',
    );
  }
  const [admins, viewers] = [listOf(get('SECURITYBOT_OIDC_ADMINS')), listOf(get('SECURITYBOT_OIDC_VIEWERS'))];
  if (admins.length + viewers.length === 0) {
    throw new Error(
      'Nobody could sign in: set SECURITYBOT_OIDC_ADMINS, SECURITYBOT_OIDC_VIEWERS, or both, to the names of groups.',
    );
  }
  const [groupsClaim, scope] = [get('SECURITYBOT_OIDC_GROUPS_CLAIM'), get('SECURITYBOT_OIDC_SCOPE')];
  return {
    issuer,
    clientId,
    clientSecret,
    admins,
    viewers,
    ...(groupsClaim !== undefined && { groupsClaim }),
    ...(scope !== undefined && { scope }),
  };
}

/** Reads the environment. Undefined: it is switched off. Throws an Error that names the variable and the way out. */
export function readFrontendSettings(env: NodeJS.ProcessEnv): FrontendSettings | undefined {
  const get: Get = (name) => (env[name] ?? '').trim() || undefined;
  const isOn = get('SECURITYBOT_HTTP')?.toLowerCase() ?? 'on';
  check('SECURITYBOT_HTTP', isOn === 'on' || isOn === 'off', 'it is "off", or not set.');
  if (isOn === 'off') return undefined;
  const port = get('SECURITYBOT_HTTP_PORT') ?? '8888';
  check('SECURITYBOT_HTTP_PORT', /^\d{1,5}$/.test(port) && Number(port) < 65_536, 'write a port, 0 to 65535.');
  const proxies = listOf(get('SECURITYBOT_HTTP_PROXIES'));
  check(
    'SECURITYBOT_HTTP_PROXIES',
    proxies.every(isNetwork),
    'write addresses or networks, such as 10.0.0.5,10.1.0.0/16.',
  );
  const [tls, origin, oidc] = [readTls(get), readOrigin(get), readOidc(get)];
  const settings: FrontendSettings = {
    host: get('SECURITYBOT_HTTP_HOST') ?? '127.0.0.1',
    port: Number(port),
    proxies,
    ...(tls && { tls }),
    ...(origin !== undefined && { origin }),
    ...(oidc && { oidc }),
  };
  checkSettings(settings);
  return settings;
}

export { ROLES, type Role } from './access/roles.js';
export { type FrontendSettings, urlOf } from './settings.js';
