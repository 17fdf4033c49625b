import type { Conversation } from '../conversations.js';
import type { SlackChannel } from '../types.js';
import type { World } from '../world.js';
import { awaiting } from './awaiting.js';

export function createChannel(world: World, conversation: Conversation): SlackChannel {
  const { posts } = world;
  const read = () => [...conversation.posts.values()].map(posts.show);
  return {
    id: conversation.id,
    get name() {
      return conversation.name;
    },
    reads: read,
    awaits(wanted, options) {
      const byApp = () => [...conversation.posts.values()].filter((post) => post.byApp).map(posts.show);
      return awaiting(world, { who: `In #${conversation.name}`, topic: conversation.id, read: byApp }, wanted, options);
    },
    archive() {
      conversation.archived = true;
    },
    unarchive() {
      conversation.archived = false;
    },
    invitesBot() {
      conversation.botIsMember = true;
    },
    removesBot() {
      conversation.botIsMember = false;
    },
    rename(name) {
      conversation.name = name.replace(/^#/u, '');
    },
  };
}
