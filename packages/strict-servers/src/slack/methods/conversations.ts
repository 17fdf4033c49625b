import { type Conversation, conversationObject } from '../conversations.js';
import type { Arguments } from '../request.js';
import { flag, type Method, missing, no, page, text } from './method.js';

const READ: Readonly<Record<Conversation['kind'], string>> = {
  channel: 'channels:read',
  group: 'groups:read',
  im: 'im:read',
};

// https://docs.slack.dev/reference/methods/conversations.open
const open: Method = {
  tier: 3,
  scopes: () => ['im:write'],
  run(given, world) {
    const ids = text(given, 'users')?.split(',');
    if (!ids) return no('users_list_not_supplied');
    // Messages to several people at once are not part of this server.
    if (ids.length > 1) return no('method_not_supported_for_channel_type');
    const member = world.people.get(ids[0] ?? '');
    if (!member) return no('user_not_found');
    if (member.details.deactivated) return no('user_disabled');
    if (member.details.bot || member.id === 'USLACKBOT') return no('cannot_dm_bot');
    const known = world.conversations.im(member.id) !== undefined;
    const conversation = world.conversations.open(member.id);
    const channel = flag(given, 'return_im')
      ? conversationObject(conversation, world.settings)
      : { id: conversation.id };
    return { ok: true, ...(known && { no_op: true, already_open: true }), channel };
  },
};

const visible = (conversation: Conversation) => conversation.kind === 'channel' || conversation.botIsMember;

// https://docs.slack.dev/reference/methods/conversations.info
const info: Method = {
  tier: 3,
  scopes: (given, world) => {
    const kind = world.conversations.get(text(given, 'channel') ?? '')?.kind;
    return kind ? [READ[kind]] : Object.values(READ);
  },
  run(given, world) {
    const id = text(given, 'channel');
    if (id === undefined) return missing('channel');
    const found = world.conversations.get(id);
    if (!found || !visible(found)) return no('channel_not_found');
    return {
      ok: true,
      channel: {
        ...conversationObject(found, world.settings),
        ...(flag(given, 'include_num_members') && { num_members: found.botIsMember ? 2 : 1 }),
      },
    };
  },
};

const KINDS: Readonly<Record<string, Conversation['kind']>> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
};

const typesOf = (given: Arguments): readonly string[] =>
  (text(given, 'types') ?? 'public_channel').split(',').map((type) => type.trim());

/** `conversations.list` shows what there is, `users.conversations` what the bot is in. */
function listing(name: string, tier: Method['tier'], fits: (conversation: Conversation) => boolean): Method {
  return {
    tier,
    // Of these it needs each one, not any: what is missing is checked below.
    scopes: () => [],
    run(given, world) {
      const types = typesOf(given);
      const kinds = types.map((type) => KINDS[type]);
      if (types.some((type) => !(type in KINDS) && type !== 'mpim')) return no('invalid_types');
      const scopes = kinds.flatMap((kind) => (kind ? [READ[kind]] : ['mpim:read']));
      const lacking = scopes.find((scope) => !world.tokens.has(scope));
      if (lacking)
        return no('missing_scope', { needed: scopes.join(','), provided: world.tokens.scopes('bot').join(',') });
      const all = [...world.conversations.all.values()].filter(
        (one) =>
          kinds.includes(one.kind) && visible(one) && fits(one) && !(one.archived && flag(given, 'exclude_archived')),
      );
      const got = page(name, all, { limit: '100', ...given }, world);
      if ('error' in got) return got.error;
      return {
        ok: true,
        channels: got.items.map((one) => conversationObject(one, world.settings)),
        response_metadata: { next_cursor: got.cursor },
      };
    },
  };
}

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.open': open,
  'conversations.info': info,
  // https://docs.slack.dev/reference/methods/conversations.list
  'conversations.list': listing('conversations.list', 2, () => true),
  // https://docs.slack.dev/reference/methods/users.conversations
  'users.conversations': listing('users.conversations', 3, ({ botIsMember }) => botIsMember),
};
