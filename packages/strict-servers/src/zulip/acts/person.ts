import type { Channel } from '../messages.js';
import { type Message, normalise } from '../messages.js';
import { emailOf, type Member, nameOf } from '../people.js';
import { say } from '../speech.js';
import type { ZulipChannel, ZulipPerson, ZulipSent } from '../types-people.js';
import { findChannel, type World } from '../world.js';
import { awaiting } from './awaiting.js';

/** Somebody of the organization, with the means to do what people do. */
export function createPerson(world: World, member: Member): ZulipPerson {
  const { bell, bot, messages, people, settings } = world;

  const isOurs = ({ author, place }: Message) =>
    author === bot && 'people' in place && place.people.length === 2 && place.people.includes(member);
  const read = () => messages.all().filter(isOurs).map(messages.show);

  function sent(message: Message | undefined): ZulipSent | undefined {
    if (!message) return undefined;
    const { patienceMs } = settings.times;
    const what = `the bot to mark message ${message.id} as read`;
    const taken = bell.until(() => message.readByBot, what, patienceMs);
    taken.catch(() => {}); // whoever does not wait for it need not know
    return { id: message.id, taken };
  }

  function own({ id }: ZulipSent): Message {
    const message = messages.get(id);
    if (message?.author === member) return message;
    throw new Error(`${nameOf(member)} has not sent a message ${id}, or has taken it back.`);
  }

  return {
    id: member.id,
    get email() {
      return emailOf(member);
    },
    get fullName() {
      return nameOf(member);
    },
    reads: read,
    awaits: (wanted, options) => awaiting(world, { who: nameOf(member), read }, wanted, options),
    types: (text) => sent(say(world, member, { people: [member, bot] }, text)),
    typesInGroup(others, text) {
      const group = others.flatMap(({ id }) => people.get(id) ?? []);
      return sent(say(world, member, { people: [member, bot, ...group] }, text));
    },
    says(key, topic, text) {
      const channel = findChannel(world, key);
      if (!channel) throw new Error(`There is no channel "${key}". Add it with addChannel().`);
      return sent(say(world, member, { channel, topic }, text));
    },
    edits(message, text) {
      const edited = own(message);
      edited.content = normalise(text, settings.maxMessageLength)?.content ?? edited.content;
      edited.edited = true;
    },
    deletes: (message) => messages.remove(own(message)),
    changes: (details) => people.change(member, details),
  };
}

export function createChannel(world: World, channel: Channel): ZulipChannel {
  const { bot, messages } = world;
  const here = (topic?: string) =>
    messages
      .all()
      .filter(
        ({ place }) =>
          'channel' in place && place.channel === channel && (topic === undefined || place.topic === topic),
      );
  return {
    id: channel.id,
    get name() {
      return channel.details.name;
    },
    reads: (topic) => here(topic).map(messages.show),
    awaits(wanted, options) {
      const read = () =>
        here()
          .filter(({ author }) => author === bot)
          .map(messages.show);
      return awaiting(world, { who: `In #${channel.details.name}`, read }, wanted, options);
    },
    changes(details) {
      channel.details = { ...channel.details, ...details };
    },
  };
}
