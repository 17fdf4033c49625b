import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { type FrontendSettings, isLoopback } from '../settings.js';

/** What is known of a request's way here. */
export interface Site {
  /** Whether cookies can be kept to TLS. */
  readonly secure: boolean;
  /** Whether the request came by a name of ours: a page elsewhere whose name leads here (DNS rebinding) does not. */
  isOurs(context: Context): boolean;
  /** Whether it came through a proxy, where only these are answered. */
  isAllowed(context: Context): boolean;
  /** Scheme, host and port as the browser has them. */
  originOf(context: Context): string;
  /** Who asks: an address, or the network of one (IPv6), for limits. */
  addressOf(context: Context): string;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** An IPv4 address within IPv6 as what it is. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Of IPv6 somebody has whole networks. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean).slice(0, 4);
  return `${groups.join(':')}::/64`;
}

export function createSite({ tls, proxies, origin }: Pick<FrontendSettings, 'tls' | 'proxies' | 'origin'>): Site {
  const trusted = blockListOf(proxies);
  const isTrusted = (address: string) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  const remote = (context: Context) => plain(getConnInfo(context).remote.address ?? '');
  const known = origin === undefined ? undefined : new URL(origin);
  return {
    secure: tls !== undefined || known?.protocol === 'https:',
    isOurs(context) {
      const host = context.req.header('host')?.toLowerCase() ?? '';
      if (known && host === known.host) return true;
      return isLoopback(host.replace(/:\d{1,5}$/, '')) && (known === undefined || isLoopback(remote(context)));
    },
    isAllowed: (context) => proxies.length === 0 || isTrusted(remote(context)),
    originOf: (context) => known?.origin ?? `${tls ? 'https' : 'http'}://${context.req.header('host')}`,
    addressOf(context) {
      const direct = remote(context);
      if (!isTrusted(direct)) return networkOf(direct);
      const through = (context.req.header('x-forwarded-for') ?? '').split(',').map((each) => plain(each.trim()));
      const client = through.findLast((address) => !isTrusted(address));
      return networkOf(client !== undefined && isIP(client) !== 0 ? client : direct);
    },
  };
}
