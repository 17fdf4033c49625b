import { type Finding, isPluginError, type PluginErrorCode, systemClock } from '@securitybot/core';
import { type Api, createApi } from './api.js';
import { readConnection, type ZulipConnection } from './connection.js';
import { networkError } from './errors.js';
import { createWhoAmI, type WhoAmI } from './identity.js';
import { numberOf, objectOf, textOf } from './json.js';
import { readRoom } from './rooms.js';

/** Something about the set-up that is wrong, and the way out: what a start throws, or logs. */
interface Problem {
  /** `UNAVAILABLE`, `RATE_LIMITED`: it could not be told just now. */
  readonly code: PluginErrorCode;
  readonly message: string;
}

export interface ZulipCheckOptions extends ZulipConnection {
  /** Where reports go, such as `security>alerts`. Absent: none is looked at. */
  readonly reportingChannel?: string;
}

/** Zulip 10.0: people are found by their address where the bot may see it. https://zulip.com/api/changelog */
const LEAST_LEVEL = 302;

function problemOf(error: unknown): Problem {
  const { code, message } = isPluginError(error) ? error : networkError('checking the set-up', error);
  return { code, message };
}

/** https://zulip.com/api/get-server-settings */
async function serverProblems(api: Api): Promise<readonly Problem[]> {
  const { body } = await api.call('GET', '/server_settings', {});
  if ((numberOf(body.zulip_feature_level) ?? 0) >= LEAST_LEVEL) return [];
  const version = textOf(body.zulip_version) ?? 'of an unknown version';
  return [{ code: 'REJECTED', message: `zulip: the server is Zulip ${version}. Upgrade it to 10.0 or later.` }];
}

async function accountProblems(whoAmI: WhoAmI): Promise<readonly Problem[]> {
  const { isGenericBot } = await whoAmI();
  if (isGenericBot) return [];
  const what = 'zulip: the e-mail address and the key are not those of a generic bot.';
  return [{ code: 'BAD_CREDENTIALS', message: `${what} Make one in Zulip, and copy them from its zuliprc.` }];
}

/** https://zulip.com/api/get-stream-by-id */
async function roomProblems(api: Api, room: string): Promise<readonly Problem[]> {
  const { channel } = readRoom(room);
  const about = `the reporting channel ${JSON.stringify(channel)}`;
  const refuse = (wayOut: string): readonly Problem[] => [{ code: 'REJECTED', message: `zulip: ${about} ${wayOut}` }];
  const idOf = async (name: string) =>
    (await api.call('GET', '/get_stream_id', { stream: name }, { about })).body.stream_id;
  try {
    const id = typeof channel === 'number' ? channel : numberOf(await idOf(channel));
    const { body } = await api.call('GET', `/streams/${id}`, {}, { about });
    const { is_archived } = objectOf(body.stream);
    return is_archived === true ? refuse('is archived. Take it out of the archive, or name another.') : [];
  } catch (error) {
    if (!isPluginError(error) || error.code !== 'REJECTED') throw error;
    return refuse('is not there, or is private and without the bot. Check its name, and subscribe the bot to it.');
  }
}

/** What is wrong with the server, the account and the reporting channel. */
export async function setUpProblems(api: Api, whoAmI: WhoAmI, room: string | undefined): Promise<readonly Problem[]> {
  const checks = [
    () => serverProblems(api),
    () => accountProblems(whoAmI),
    async () => (room === undefined ? [] : await roomProblems(api, room)),
  ];
  for (const check of checks) {
    // With a bad key the channel cannot be seen either, and to say so twice is no help.
    const problems = await check().catch((error) => [problemOf(error)]);
    if (problems.length > 0) return problems;
  }
  return [];
}

async function problemsOf(options: ZulipCheckOptions): Promise<readonly Problem[]> {
  try {
    const api = createApi(readConnection(options), systemClock, new AbortController().signal);
    return await setUpProblems(api, createWhoAmI(api), options.reportingChannel);
  } catch (error) {
    return [problemOf(error)];
  }
}

/** What is wrong with the set-up, with the way out, or that all is well; what `doctor` says. Never throws. */
export async function checkZulip(options: ZulipCheckOptions): Promise<readonly Finding[]> {
  const problems = await problemsOf(options);
  if (problems.length > 0)
    return problems.map(({ code, message }) => ({ level: 'fail', code, text: message.replace(/^zulip: /, '') }));
  const { reportingChannel } = options;
  const room = reportingChannel === undefined ? '' : `, and the bot sees ${reportingChannel}`;
  return [{ level: 'ok', text: `it takes the key${room}` }];
}
