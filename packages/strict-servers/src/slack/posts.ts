import { type Conversation, type Conversations, latest, type Post, type Version } from './conversations.js';
import { type Ids, timeOf } from './ids.js';
import type { Journal } from './journal.js';
import type { Names } from './mrkdwn.js';
import { type Button, renderBlocks, renderTopLevel } from './render.js';
import type { Settings } from './settings.js';
import type { SlackMessage } from './types-people.js';

/** Messages: kept, changed, and shown. */
export interface Posts {
  add(
    conversation: Conversation,
    post: Pick<Post, 'author' | 'byApp' | 'thread' | 'unfurls'> & Version & Partial<Pick<Post, 'options'>>,
  ): Post;
  change(post: Post, version: Version): void;
  remove(post: Post): void;
  /** As its reader sees it. */
  show(post: Post): SlackMessage;
  /** Buttons of all versions, the latest first. */
  buttons(post: Post): readonly Button[];
  /** A message object, as answers and events carry it. https://docs.slack.dev/reference/events/message */
  object(post: Post): Record<string, unknown>;
}

const PLAIN = { mrkdwn: true, parse: '', linkNames: false };

export function createPosts(
  settings: Settings,
  ids: Ids,
  journal: Journal,
  conversations: Conversations,
  names: Names,
): Posts {
  const render = (post: Post): SlackMessage => {
    const { text, blocks } = latest(post);
    const spoken = renderTopLevel(text, { names, ...post.options });
    const seen = blocks.length > 0 ? renderBlocks(blocks, names) : { ...spoken, buttons: [] };
    return {
      id: post.ts,
      place: 'message',
      channel: post.channel,
      author: post.author,
      text: seen.text,
      notification: spoken.text,
      buttons: seen.buttons.map(({ label }) => label),
      links: seen.links,
      mentions: [...new Set([...seen.mentions, ...spoken.mentions])],
      unfurls: post.unfurls && seen.links.length > 0,
      edited: post.versions.length > 1,
      ...(post.thread !== undefined && { thread: post.thread }),
      sentAt: timeOf(post.ts),
      raw: { text, blocks },
    };
  };
  const changed = (post: Post) => {
    post.shown = undefined;
    journal.changed(post.channel);
  };

  return {
    add(conversation, { author, byApp, thread, unfurls, text, blocks, options = PLAIN }) {
      const ts = ids.ts();
      const versions = [{ text, blocks }];
      const post: Post = { ts, channel: conversation.id, author, byApp, thread, options, unfurls, versions };
      conversation.posts.set(ts, post);
      changed(post);
      return post;
    },
    change(post, version) {
      post.versions.push(version);
      changed(post);
    },
    remove(post) {
      conversations.get(post.channel)?.posts.delete(post.ts);
      changed(post);
    },
    show(post) {
      post.shown ??= render(post);
      return post.shown;
    },
    buttons: (post) => [...post.versions].reverse().flatMap(({ blocks }) => renderBlocks(blocks, names).buttons),
    object(post) {
      const { text, blocks } = latest(post);
      const { team, bot } = settings;
      return {
        type: 'message',
        user: post.author,
        ts: post.ts,
        text,
        team: team.id,
        ...(blocks.length > 0 && { blocks }),
        ...(post.thread !== undefined && { thread_ts: post.thread }),
        ...(post.versions.length > 1 && { edited: { user: post.author, ts: post.ts } }),
        // Messages of apps carry no subtype any more: https://docs.slack.dev/reference/events/message
        ...(post.byApp && {
          bot_id: bot.id,
          app_id: bot.appId,
          bot_profile: { id: bot.id, app_id: bot.appId, name: bot.name, deleted: false, team_id: team.id },
        }),
      };
    },
  };
}
