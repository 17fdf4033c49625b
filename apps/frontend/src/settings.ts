import type { OidcSettings } from './access/oidc.js';

/** Where and how the front end is to be reached. */
export interface FrontendSettings {
  /** The address to listen at. Beyond loopback it needs `tls` or `proxies`, and an `origin`. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Addresses, or networks such as `10.0.0.0/8`, of the proxies before it; nobody else is answered then. */
  readonly proxies: readonly string[];
  /** How browsers reach it: scheme, host and port. Absent: at the address it listens at. */
  readonly origin?: string;
  readonly oidc?: OidcSettings;
}

/** Names of this very machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Throws an Error that says what is missing for letting others than this machine in. */
export function checkSettings({ host, tls, proxies, origin }: FrontendSettings): void {
  if (isLoopback(host)) return;
  const beyond = `SECURITYBOT_HTTP_HOST is ${host}, which others than this machine can reach`;
  if (!tls && proxies.length === 0) {
    throw new Error(
      `${beyond}, and nothing keeps what passes secret. Set SECURITYBOT_HTTP_TLS_CERT and SECURITYBOT_HTTP_TLS_KEY, or ` +
        'SECURITYBOT_HTTP_PROXIES to the addresses of a proxy that does TLS; or leave the host at 127.0.0.1.',
    );
  }
  if (!origin?.startsWith('https://')) {
    throw new Error(
      `${beyond}. Set SECURITYBOT_HTTP_ORIGIN to how browsers reach it, such as https://securitybot.example.com`,
    );
  }
}

/** How browsers reach it. `port`: where it listens, should the settings leave that open. */
export function urlOf({ host, port, tls, origin }: FrontendSettings, listening = port): string {
  if (origin !== undefined) return origin;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name}:${listening}`;
}
