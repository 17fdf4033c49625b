import { PluginError, type PluginErrorCode } from '@securitybot/core';
import { objectOf, textOf } from './json.js';
import { wordsOf } from './log.js';

/** How long to wait where Slack says "too much" and not how long, in ms. */
const DEFAULT_RETRY_MS = 30_000;
const LEAST_RETRY_MS = 1000;

/** What opening a connection is called, at a start as in a check: it is all that the app-level token is for. */
export const OPENING = 'apps.connections.open, with the app-level token';

const NEW_TOKEN = 'Install the app again and copy the new token.';
const RIGHT_TOKEN = 'The bot token begins with xoxb-, the app-level token with xapp-.';
const BUG = 'Please report this: it may be a bug of @securitybot/chat-slack.';

/** What Slack's answers mean, and the way out. https://docs.slack.dev/reference/methods/chat.postMessage and its siblings. */
const ANSWERS: ReadonlyMap<string, readonly [PluginErrorCode, string]> = new Map<
  string,
  readonly [PluginErrorCode, string]
>([
  ['invalid_auth', ['BAD_CREDENTIALS', `Copy the token again. ${RIGHT_TOKEN}`]],
  ['not_authed', ['BAD_CREDENTIALS', `No token was given. ${RIGHT_TOKEN}`]],
  ['account_inactive', ['BAD_CREDENTIALS', `The app was removed from the workspace. ${NEW_TOKEN}`]],
  ['token_revoked', ['BAD_CREDENTIALS', `The token was revoked. ${NEW_TOKEN}`]],
  ['token_expired', ['BAD_CREDENTIALS', `The token has expired. ${NEW_TOKEN} Leave token rotation off.`]],
  ['missing_scope', ['BAD_CREDENTIALS', 'Add the scope to the app, and install it again.']],
  ['not_allowed_token_type', ['BAD_CREDENTIALS', `This is the wrong kind of token. ${RIGHT_TOKEN}`]],
  ['no_permission', ['BAD_CREDENTIALS', `The token may not do this. ${NEW_TOKEN}`]],
  ['access_denied', ['BAD_CREDENTIALS', 'The workspace denies the app access. Ask its administrators.']],
  ['ekm_access_denied', ['BAD_CREDENTIALS', 'The workspace denies the app access. Ask its administrators.']],
  ['enterprise_is_restricted', ['BAD_CREDENTIALS', 'The organisation denies the app access. Ask its administrators.']],
  [
    'team_access_not_granted',
    ['BAD_CREDENTIALS', 'The app is not installed in that workspace. Ask its administrators.'],
  ],
  ['forbidden_team', ['BAD_CREDENTIALS', 'The workspace may not use Socket Mode. Ask its administrators.']],
  ['user_removed_from_team', ['BAD_CREDENTIALS', `The bot was removed from the workspace. ${NEW_TOKEN}`]],
  ['team_disabled', ['BAD_CREDENTIALS', 'The workspace is disabled. Ask its administrators.']],
  ['ratelimited', ['RATE_LIMITED', 'Slack wants fewer calls.']],
  ['rate_limited', ['RATE_LIMITED', 'Slack wants fewer calls.']],
  ['message_limit_exceeded', ['RATE_LIMITED', 'The workspace sends more messages than its plan allows.']],
  ['internal_error', ['UNAVAILABLE', 'Slack is in trouble: see https://slack-status.com.']],
  ['fatal_error', ['UNAVAILABLE', 'Slack is in trouble: see https://slack-status.com.']],
  ['service_unavailable', ['UNAVAILABLE', 'Slack is in trouble: see https://slack-status.com.']],
  ['request_timeout', ['UNAVAILABLE', 'The call took too long to arrive.']],
  ['team_added_to_org', ['UNAVAILABLE', 'The workspace is being moved into an organisation.']],
  ['org_login_required', ['UNAVAILABLE', 'The workspace is being moved into an organisation.']],
  ['accesslimited', ['UNAVAILABLE', 'Slack limits this method for the moment.']],
  ['channel_not_found', ['REJECTED', 'Check the channel’s id, and invite the bot if the channel is private.']],
  ['not_in_channel', ['REJECTED', 'Invite the bot: type /invite and its name in the channel.']],
  ['is_archived', ['REJECTED', 'Take the channel out of the archive, or name another.']],
  ['restricted_action', ['REJECTED', 'The workspace does not let the bot post there. Ask its administrators.']],
  ['user_not_found', ['REJECTED', 'There is nobody of that id.']],
  ['user_not_visible', ['REJECTED', 'The bot cannot see that account.']],
  ['user_disabled', ['REJECTED', 'The account is deactivated.']],
  ['cannot_dm_bot', ['REJECTED', 'The account is a bot.']],
  ['messages_tab_disabled', ['REJECTED', 'Switch on the app’s Messages tab, under App Home.']],
  ['not_enabled', ['REJECTED', 'Switch on the app’s Home tab, under App Home.']],
  ['message_not_found', ['REJECTED', 'Somebody has deleted the message.']],
  ['cant_update_message', ['REJECTED', 'The message is not the bot’s.']],
  ['edit_window_closed', ['REJECTED', 'The workspace lets no old message be edited.']],
  ['msg_too_long', ['REJECTED', BUG]],
  ['msg_blocks_too_long', ['REJECTED', BUG]],
  ['invalid_blocks', ['REJECTED', BUG]],
  ['invalid_blocks_format', ['REJECTED', BUG]],
  ['invalid_arguments', ['REJECTED', BUG]],
]);

/** Where no connection came about: what we sent has reached nobody. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT_.*|.*_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

/** What Slack answered instead of `ok`, such as `channel_not_found`; `undefined` where it was no such answer. */
export function answerOf(error: unknown): string | undefined {
  const cause = error instanceof PluginError ? error.cause : error;
  const answer = textOf(objectOf(objectOf(cause).data).error);
  // A proxy's web page comes as an answer, too.
  return answer !== undefined && /^[a-z][a-z0-9_]{0,99}$/.test(answer) ? answer : undefined;
}

/** The system's or the library's name for a failed connection, from wherever it hides. */
function networkCodeOf(error: unknown): string | undefined {
  let at = objectOf(error);
  for (let depth = 0; depth < 5; depth += 1) {
    const code = textOf(at.code);
    if (code !== undefined && !code.startsWith('slack_')) return code;
    at = objectOf(at.cause ?? at.original);
  }
  return undefined;
}

function retryAfter(seconds: unknown): number {
  const ms = typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_RETRY_MS;
  return Math.max(LEAST_RETRY_MS, ms);
}

/** Slack's own answer. `needed`: the scope that is missing. */
function refusal(doing: string, answer: string, error: unknown): PluginError {
  const data = objectOf(objectOf(error).data);
  const unknown = doing === OPENING ? 'Is Socket Mode switched on in the settings of the app?' : '';
  const [code, wayOut] = ANSWERS.get(answer) ?? ['REJECTED', unknown];
  const needed = answer === 'missing_scope' ? textOf(data.needed) : undefined;
  const what = needed === undefined ? answer : `${answer}, ${needed}`;
  const wait = code === 'RATE_LIMITED' ? { retryAfterMs: retryAfter(objectOf(data.response_metadata).retryAfter) } : {};
  return new PluginError(code, `slack: ${doing}: ${what}. ${wayOut}`.trim(), { ...wait, cause: error });
}

/**
 * Whatever `@slack/web-api` or `@slack/socket-mode` threw, as a PluginError. Recognised by its shape, as more than one copy of those
 * may be about. `doing` names the method and what it was about.
 */
export function slackError(doing: string, error: unknown): PluginError {
  if (error instanceof PluginError) return error;
  const { code, retryAfter: seconds, statusCode } = objectOf(error);
  if (code === 'slack_webapi_rate_limited_error' || /retry header/i.test(wordsOf(error))) {
    const message = `slack: ${doing}: Slack wants fewer calls (429)`;
    return new PluginError('RATE_LIMITED', message, { retryAfterMs: retryAfter(seconds), cause: error });
  }
  const answer = answerOf(error);
  if (answer !== undefined) return refusal(doing, answer, error);
  if (code === 'slack_webapi_platform_error') {
    const message = `slack: ${doing}: something answered that is not Slack. Check SLACK_API_URL and the proxy.`;
    return new PluginError('UNAVAILABLE', message, { cause: error });
  }
  if (code === 'slack_webapi_http_error') {
    const message = `slack: ${doing}: HTTP ${String(statusCode)}. Slack is in trouble, or a proxy is in the way.`;
    return new PluginError('UNAVAILABLE', message, { cause: error });
  }
  const network = networkCodeOf(error);
  const notSent = network !== undefined && NOT_SENT.test(network);
  const why = network ?? wordsOf(error).slice(0, 200);
  const message = `slack: ${doing}: no answer (${why}). Check the network, the proxy and SLACK_API_URL.`;
  return new PluginError('UNAVAILABLE', message, { notSent, cause: error });
}
