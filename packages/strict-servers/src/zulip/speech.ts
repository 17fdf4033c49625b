import { isDirect, type Message, normalise, type Place } from './messages.js';
import type { Member } from './people.js';
import type { World } from './world.js';

/** What the bot receives: its direct messages, and the channels that it is subscribed to. */
export function isForBot({ bot }: World, { place }: Message): boolean {
  return 'people' in place ? place.people.includes(bot) : (place.channel.details.botIsSubscribed ?? false);
}

/** Somebody other than the bot says something; `undefined` where it comes to nothing. */
export function say(world: World, author: Member, place: Place, words: string): Message | undefined {
  const kept = normalise(words, world.settings.maxMessageLength);
  if (!kept) return undefined;
  const message = world.messages.add({ author, place, content: kept.content, readByBot: false });
  if (isForBot(world, message)) world.queues.announce(message);
  world.bell.ring();
  return message;
}

/** Direct messages from others that the bot has not marked as read. */
export function unread(world: World): number {
  return world.messages
    .all()
    .filter(
      (message) => isDirect(message) && isForBot(world, message) && message.author !== world.bot && !message.readByBot,
    ).length;
}
