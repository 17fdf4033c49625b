import { PluginError } from '@securitybot/core';
import { LogLevel, SocketModeClient, type SocketModeOptions } from '@slack/socket-mode';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { fetch, ProxyAgent, type RequestInit } from 'undici';
import type { SlackWeb } from './api.js';
import { quietly, type SlackLog } from './log.js';
import type { SlackSocket } from './socket.js';

export interface SlackClientsOptions {
  /** `xoxb-…`, from OAuth & Permissions. */
  readonly botToken: string;
  /** `xapp-…`, an app-level token with the scope `connections:write`, from Basic Information. */
  readonly appToken: string;
  /** Another server's Web API, such as `http://localhost:8080/api/`. Default: Slack's. */
  readonly apiUrl?: string;
  /** Connections of this process. Default: 2, so that one is open while Slack refreshes the other. */
  readonly connections?: number;
  /** The address of an HTTP proxy, such as `http://proxy.example:3128`. */
  readonly proxy?: string;
  /** Told what the clients complain about, each thing once. */
  readonly log?: SlackLog;
}

export interface SlackClients {
  /** With the bot token. */
  readonly web: SlackWeb;
  /** With the app-level token; for `checkSlack`. */
  readonly app: SlackWeb;
  readonly sockets: readonly SlackSocket[];
}

/** How long one call may take, in ms. */
const TIMEOUT_MS = 15_000;
/** Complaints that are remembered. */
const MOST_TOLD = 100;

/** The clients' own log: every call and its body at level debug, and warnings again and again. */
function quietLogger(log: SlackLog): NonNullable<SocketModeOptions['logger']> {
  const told = new Set<string>();
  const tell = (...words: unknown[]) => {
    const message = words.map(String).join(' ').slice(0, 300);
    if (told.has(message) || told.size >= MOST_TOLD) return;
    told.add(message);
    log('info', `slack: the client says: ${message}`);
  };
  return {
    debug: () => {},
    info: () => {},
    warn: tell,
    error: tell,
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}

/**
 * The clients as `createSlackChat` needs them: each call is made once, with a timeout, and a limit is reported instead of waited for.
 * Throws a PluginError (`BAD_CREDENTIALS`) where a token is missing.
 */
export function createSlackClients(options: SlackClientsOptions): SlackClients {
  const { botToken, appToken, apiUrl, connections = 2, proxy } = options;
  if (botToken === '') throw new PluginError('BAD_CREDENTIALS', 'slack: the bot token is empty. It begins with xoxb-.');
  if (appToken === '')
    throw new PluginError('BAD_CREDENTIALS', 'slack: the app-level token is empty. It begins with xapp-.');
  const dispatcher = proxy === undefined ? undefined : new ProxyAgent({ uri: proxy, proxyTunnel: true });
  const logger = quietLogger(quietly(options.log));
  const common: WebClientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    allowAbsoluteUrls: false,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    ...(dispatcher && { fetch: (url, init) => fetch(url, { ...init, dispatcher } as RequestInit) }),
  };
  const socket = () =>
    new SocketModeClient({
      appToken,
      logger,
      autoReconnectEnabled: false,
      clientOptions: { ...common },
      ...(dispatcher && { dispatcher }),
    });
  return {
    web: new WebClient(botToken, { ...common, logger }),
    app: new WebClient(appToken, { ...common, logger }),
    sockets: Array.from({ length: connections }, socket),
  };
}
