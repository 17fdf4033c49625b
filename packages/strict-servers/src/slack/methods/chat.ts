import { blocksTooLong, checkBlocks } from '../check-blocks.js';
import { type Conversation, latest, type Post } from '../conversations.js';
import { objects } from '../render.js';
import type { Arguments } from '../request.js';
import { withIds } from '../views.js';
import type { World } from '../world.js';
import { type Answer, flag, invalid, type Method, missing, no, text } from './method.js';

/** Longer texts are cut: https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const MOST_CHARACTERS = 40_000;
/** Longer texts are refused by `chat.update`, and advised against elsewhere. */
const GOOD_CHARACTERS = 4000;

const isAbsent = (value: unknown) => value === undefined || value === null || value === '';

/** The blocks of a call, or what is wrong with them. */
function blocksOf(given: Arguments): { readonly blocks: readonly unknown[] | undefined } | { readonly error: Answer } {
  if (isAbsent(given.blocks)) return { blocks: undefined };
  if (!Array.isArray(given.blocks)) return { error: no('invalid_blocks_format') };
  const wrong = checkBlocks(given.blocks, 'message');
  if (wrong.length > 0) return { error: invalid('invalid_blocks', wrong) };
  if (blocksTooLong(given.blocks)) return { error: no('msg_blocks_too_long') };
  return { blocks: given.blocks };
}

/** Where a message may go: a channel by id or name, or a person by id, whose direct messages are opened by it. */
function destination(name: string, world: World): Conversation | string {
  const { conversations, people, tokens, settings } = world;
  const member = people.get(name);
  if (member) {
    const stranger = member.details.teamId !== undefined && member.details.teamId !== settings.team.id;
    const reachable = !member.details.deactivated && !member.details.bot && (!stranger || conversations.im(member.id));
    return reachable && member.id !== 'USLACKBOT' ? conversations.open(member.id) : 'channel_not_found';
  }
  const found = conversations.get(name) ?? conversations.named(name);
  if (!found || (found.kind === 'group' && !found.botIsMember)) return 'channel_not_found';
  if (found.archived) return 'is_archived';
  if (!found.botIsMember && !tokens.has('chat:write.public')) return 'not_in_channel';
  return found;
}

function warnOf(method: string, given: Arguments, world: World): void {
  const { journal } = world;
  const words = text(given, 'text');
  const blocks = objects(given.blocks);
  if (words === undefined && blocks.length > 0) {
    journal.violate('missing-text', `${method} has blocks and no text: notifications have nothing to say.`);
  }
  if ((words?.length ?? 0) > GOOD_CHARACTERS) {
    journal.violate(
      'long-text',
      `${method} has a text of ${words?.length} characters; Slack advises at most ${GOOD_CHARACTERS}.`,
    );
  }
  if (method !== 'chat.postMessage') return;
  for (const name of ['unfurl_links', 'unfurl_media']) {
    if (flag(given, name) !== false)
      journal.violate('unfurling', `${method} without ${name}: false would preview links.`);
  }
}

const subscriptionOf = ({ kind }: Conversation) =>
  kind === 'im' ? 'message.im' : kind === 'group' ? 'message.groups' : 'message.channels';

/** The app hears its own messages, as of anybody. */
function announce(conversation: Conversation, post: Post, world: World): void {
  if (!conversation.botIsMember) return;
  const event = {
    ...world.posts.object(post),
    channel: conversation.id,
    event_ts: post.ts,
    channel_type: conversation.kind,
  };
  world.events.emit(subscriptionOf(conversation), event);
}

const postMessage: Method = {
  tier: 'post',
  scopes: () => ['chat:write'],
  run(given, world) {
    const name = text(given, 'channel');
    if (name === undefined) return missing('channel');
    const conversation = destination(name, world);
    if (typeof conversation === 'string') return no(conversation);
    const checked = blocksOf(given);
    if ('error' in checked) return checked.error;
    const words = (text(given, 'text') ?? '').slice(0, MOST_CHARACTERS);
    const blocks = checked.blocks ?? [];
    if (words.trim() === '' && blocks.length === 0 && objects(given.attachments).length === 0) return no('no_text');
    warnOf('chat.postMessage', given, world);
    const post = world.posts.add(conversation, {
      author: world.settings.bot.userId,
      byApp: true,
      thread: text(given, 'thread_ts'),
      unfurls: flag(given, 'unfurl_links') === true || flag(given, 'unfurl_media') !== false,
      text: words,
      blocks: withIds(blocks, world.ids),
      options: {
        mrkdwn: flag(given, 'mrkdwn') ?? true,
        parse: text(given, 'parse') ?? '',
        linkNames: flag(given, 'link_names') ?? false,
      },
    });
    announce(conversation, post, world);
    return { ok: true, channel: conversation.id, ts: post.ts, message: world.posts.object(post) };
  },
};

/** The message that a call is about, if it may be changed. */
function ownPost(given: Arguments, world: World): { conversation: Conversation; post: Post } | { error: Answer } {
  const channel = text(given, 'channel');
  const ts = text(given, 'ts');
  if (channel === undefined) return { error: missing('channel') };
  if (ts === undefined) return { error: missing('ts') };
  // Unlike chat.postMessage these take the id of a conversation only.
  const conversation = world.conversations.get(channel);
  if (!conversation || (conversation.kind === 'group' && !conversation.botIsMember))
    return { error: no('channel_not_found') };
  const post = conversation.posts.get(ts);
  return post ? { conversation, post } : { error: no('message_not_found') };
}

const hasRichText = (blocks: readonly unknown[]) => objects(blocks).some(({ type }) => type === 'rich_text');

// https://docs.slack.dev/reference/methods/chat.update
const update: Method = {
  tier: 3,
  scopes: () => ['chat:write'],
  run(given, world) {
    const found = ownPost(given, world);
    if ('error' in found) return found.error;
    const { conversation, post } = found;
    if (!post.byApp) return no('cant_update_message');
    if (conversation.archived) return no('is_inactive');
    const words = text(given, 'text');
    if (words !== undefined && words.length > GOOD_CHARACTERS) return no('msg_too_long');
    const checked = blocksOf(given);
    if ('error' in checked) return checked.error;
    const before = latest(post);
    // Without `blocks` the old ones stay; an empty list takes them away.
    const blocks = checked.blocks ? withIds(checked.blocks, world.ids) : before.blocks;
    if (words === undefined && blocks.length === 0) return no('no_text');
    if (blocks.length > 0 && hasRichText(before.blocks) && !hasRichText(blocks)) return no('block_mismatch');
    warnOf('chat.update', given, world);
    const previous = world.posts.object(post);
    world.posts.change(post, { text: words ?? before.text, blocks });
    const message = world.posts.object(post);
    const ts = world.ids.ts();
    world.events.emit(subscriptionOf(conversation), {
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      message,
      previous_message: previous,
      channel: conversation.id,
      ts,
      event_ts: ts,
      channel_type: conversation.kind,
    });
    return { ok: true, channel: conversation.id, ts: post.ts, text: latest(post).text, message };
  },
};

// https://docs.slack.dev/reference/methods/chat.delete
const remove: Method = {
  tier: 3,
  scopes: () => ['chat:write'],
  run(given, world) {
    const found = ownPost(given, world);
    if ('error' in found) return found.error;
    const { conversation, post } = found;
    if (!post.byApp) return no('cant_delete_message');
    world.posts.remove(post);
    return { ok: true, channel: conversation.id, ts: post.ts };
  },
};

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
};
