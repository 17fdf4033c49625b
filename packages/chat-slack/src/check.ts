import { type Finding, isPluginError, type PluginError, type PluginErrorCode, systemClock } from '@securitybot/core';
import { type Api, createApi, type SlackWeb } from './api.js';
import { OPENING, slackError } from './errors.js';
import { createWhoAmI, type WhoAmI } from './identity.js';
import { objectOf } from './json.js';
import { createRooms, type Rooms } from './rooms.js';
import { SCOPES } from './scopes.js';

/** Something about the set-up that is wrong, and the way out: what a start throws, or logs. */
interface Problem {
  /** `UNAVAILABLE`, `RATE_LIMITED`: it could not be told just now. */
  readonly code: PluginErrorCode;
  readonly message: string;
}

export interface SlackCheckOptions {
  /** A client with the bot token. */
  readonly web: SlackWeb;
  /** A client with the app-level token; absent, that one is not looked at. */
  readonly app?: SlackWeb;
  /** Where reports go: a channel's id, or its name with or without `#`. Absent: none is looked at. */
  readonly reportingChannel?: string;
}

interface Parts {
  readonly api: Api;
  readonly whoAmI: WhoAmI;
  readonly rooms: Rooms;
}

function problemOf(error: unknown): Problem {
  const { code, message }: PluginError = isPluginError(error) ? error : slackError('checking the set-up', error);
  return { code, message };
}

async function tokenProblems(whoAmI: WhoAmI): Promise<readonly Problem[]> {
  const { botId, scopes } = await whoAmI();
  if (botId === undefined) {
    const message =
      'slack: the bot token is not one of a bot. Copy the one that begins with xoxb-, from OAuth & Permissions.';
    return [{ code: 'BAD_CREDENTIALS', message }];
  }
  if (!scopes) return [];
  return [...SCOPES]
    .filter(([scope]) => !scopes.includes(scope))
    .map(([scope, why]) => ({
      code: 'BAD_CREDENTIALS',
      message: `slack: the scope ${scope} is missing, ${why}. Add it under OAuth & Permissions, and install the app again.`,
    }));
}

async function roomProblems({ api, rooms }: Parts, room: string): Promise<readonly Problem[]> {
  const refuse = (message: string) => [
    { code: 'REJECTED', message: `slack: the reporting channel ${JSON.stringify(room)} ${message}` } as const,
  ];
  const id = await rooms.idOf(room);
  const { channel } = await api.call('conversations.info', { channel: id }, { about: `the reporting channel ${id}` });
  const { is_archived, is_member } = objectOf(channel);
  if (is_archived === true) return refuse('is archived. Take it out of the archive, or name another.');
  if (is_member !== true) return refuse('is without the bot. Type /invite and the bot’s name there.');
  return [];
}

/** What is wrong with the bot token and the reporting channel. */
export async function botProblems(parts: Parts, room: string | undefined): Promise<readonly Problem[]> {
  const checks = [
    () => tokenProblems(parts.whoAmI),
    async () => (room === undefined ? [] : await roomProblems(parts, room)),
  ];
  for (const check of checks) {
    // With a bad token the channel cannot be seen either, and to say so twice is no help.
    const problems = await check().catch((error) => [problemOf(error)]);
    if (problems.length > 0) return problems;
  }
  return [];
}

/** The app-level token is tried by asking for a connection that is never opened. */
async function appProblems(app: SlackWeb): Promise<readonly Problem[]> {
  try {
    await app.apiCall('apps.connections.open', {});
    return [];
  } catch (error) {
    const { code, message } = slackError(OPENING, error);
    return [{ code, message }];
  }
}

/** What is wrong with the set-up, each with the way out, or that all is well; what `doctor` says. Never throws. */
export async function checkSlack({ web, app, reportingChannel }: SlackCheckOptions): Promise<readonly Finding[]> {
  const api = createApi(web, systemClock, new AbortController().signal);
  const parts = { api, whoAmI: createWhoAmI(api, systemClock), rooms: createRooms(api, systemClock) };
  const [bot, ours] = await Promise.all([
    botProblems(parts, reportingChannel),
    app ? appProblems(app) : Promise.resolve([]),
  ]);
  const problems = [...bot, ...ours];
  if (problems.length > 0)
    return problems.map(({ code, message }) => ({ level: 'fail', code, text: message.replace(/^slack: /, '') }));
  const room = reportingChannel === undefined ? '' : `, and the bot is in ${reportingChannel}`;
  return [{ level: 'ok', text: `it takes ${app ? 'both tokens' : 'the bot token'}${room}` }];
}
