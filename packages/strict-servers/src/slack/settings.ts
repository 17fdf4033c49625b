import { randomBytes } from 'node:crypto';
import { inRealTime } from '../real-time.js';
import type { SlackLimits, SlackServerOptions, SlackTeam, SlackTimes } from './types.js';

/**
 * The scopes that a Securitybot needs, and nothing beyond: write to people, open and read direct messages, find people,
 * and see whether the bot is in the reporting channel.
 */
export const LEAST_SCOPES: readonly string[] = [
  'chat:write',
  'im:write',
  'im:history',
  'users:read',
  'users:read.email',
  'channels:read',
  'groups:read',
];

const EVENTS = ['message.im', 'user_change', 'team_join', 'app_home_opened'];

/** Everything that was configured, with what was left out filled in. */
export interface Settings {
  readonly team: SlackTeam;
  readonly bot: { readonly id: string; readonly userId: string; readonly appId: string; readonly name: string };
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  readonly appScopes: readonly string[];
  readonly events: readonly string[];
  readonly interactivity: boolean;
  readonly socketMode: boolean;
  readonly homeTab: boolean;
  readonly maxConnections: number;
  readonly limits: SlackLimits | undefined;
  readonly times: SlackTimes;
  readonly now: () => number;
  readonly schedule: (callback: () => void, ms: number) => () => void;
}

const digits = (): string => String(randomBytes(6).readUIntBE(0, 6)).padStart(13, '0').slice(0, 13);

export function readSettings(options: SlackServerOptions): Settings {
  const { enterpriseId, ...team } = options.team ?? {};
  return {
    team: { id: 'T0STRICT1', name: 'Strict', domain: 'strict', ...team, ...(enterpriseId && { enterpriseId }) },
    bot: {
      id: 'B0SECBOT1',
      userId: `${enterpriseId ? 'W' : 'U'}0SECBOT1`,
      appId: 'A0SECBOT1',
      name: 'securitybot',
    },
    botToken: `xoxb-${digits()}-${digits()}-${randomBytes(12).toString('hex')}`,
    appToken: `xapp-1-A0SECBOT1-${digits()}-${randomBytes(32).toString('hex')}`,
    scopes: options.scopes ?? LEAST_SCOPES,
    appScopes: options.appScopes ?? ['connections:write'],
    events: options.events ?? EVENTS,
    interactivity: options.interactivity ?? true,
    socketMode: options.socketMode ?? true,
    homeTab: options.homeTab ?? true,
    maxConnections: options.maxConnections ?? 10,
    limits:
      options.limits === false
        ? undefined
        : {
            tiers: [1, 20, 50, 100],
            channelPerSecond: 1,
            channelBurst: 3,
            workspacePerMinute: Number.POSITIVE_INFINITY,
            ...options.limits,
            // Tier 1 in name, yet an app may have ten connections: https://docs.slack.dev/apis/events-api/using-socket-mode
            methods: { 'apps.connections.open': 20, ...options.limits?.methods },
          },
    times: {
      acknowledgeMs: 3000,
      retryMs: [0, 60_000, 300_000],
      triggerMs: 3000,
      ticketMs: 30_000,
      pingMs: 10_000,
      patienceMs: 5000,
      ...options.times,
    },
    now: options.now ?? Date.now,
    schedule: options.schedule ?? inRealTime,
  };
}
