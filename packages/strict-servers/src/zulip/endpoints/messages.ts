import { failure, refusal } from '../failure.js';
import { type Channel, normalise, type Place } from '../messages.js';
import { readNarrow } from '../narrow.js';
import { badParameter } from '../parameters.js';
import { apiEmailOf, type Member } from '../people.js';
import { isForBot } from '../speech.js';
import { findChannel, isVisible, type World } from '../world.js';
import { type Endpoint, flag } from './endpoint.js';

const MOST_AT_ONCE = 5000;
/** Zulip lets clients whose clocks are slow edit for so long yet, in ms. */
const EDIT_GRACE_MS = 20_000;
const MOST_TOPIC = 60;

function recipients(world: World, to: string): Place {
  const { people, bot } = world;
  const listed: unknown = JSON.parse(/^\s*[[\d"]/u.test(to) ? to : JSON.stringify([to]));
  const keys = Array.isArray(listed) ? listed : [listed];
  const found = keys.map((key): Member => {
    const member = typeof key === 'number' ? people.get(key) : people.byEmail(String(key));
    if (!member) throw failure(typeof key === 'number' ? `Invalid user ID ${key}` : `Invalid email '${key}'`);
    if (member.details.deactivated) throw failure(`'${apiEmailOf(member)}' is no longer using Zulip.`);
    return member;
  });
  if (found.length === 0) throw badParameter('POST /messages', 'to', 'Message must have recipients');
  return { people: [...new Set([...found, bot])] };
}

function topicOf(world: World, to: string, topic: string | undefined): Place {
  const key: unknown = /^(?:\d+|".*")$/su.test(to) ? JSON.parse(to) : to;
  const channel: Channel | undefined = findChannel(world, typeof key === 'number' ? key : String(key));
  if (!channel || !isVisible(channel)) {
    const what = typeof key === 'number' ? { stream_id: key } : { stream: key };
    throw failure(`Channel '${key}' does not exist`, { code: 'STREAM_DOES_NOT_EXIST', data: what });
  }
  const { archived, announcementsOnly, name } = channel.details;
  if (archived) throw failure(`Not authorized to send to channel '${name}'`);
  if (announcementsOnly) throw failure('You do not have permission to post in this channel.');
  if (!topic?.trim()) throw badParameter('POST /messages', 'topic', 'Topics are required in this organization.');
  const points = [...topic.trim()];
  if (points.length > MOST_TOPIC) {
    world.violate('truncated', `POST /messages: a topic of ${points.length} characters`);
    return { channel, topic: `${points.slice(0, MOST_TOPIC - 3).join('')}...` };
  }
  return { channel, topic: topic.trim() };
}

/** The words as they are kept. Throws a Refusal for none. */
function wordsOf({ settings, violate }: World, endpoint: string, words: string): string {
  const kept = normalise(words, settings.maxMessageLength);
  if (!kept) {
    const what = words.includes('\u0000') ? 'Message must not contain null bytes' : 'Message must not be empty';
    throw badParameter(endpoint, 'content', what);
  }
  if (kept.cut) violate('truncated', `${endpoint}: a message of ${[...words].length} characters`);
  return kept.content;
}

/** https://zulip.com/api/send-message */
const sendMessage: Endpoint = ({ given, world }) => {
  const { type = '', to = '', content = '', topic, read_by_sender } = given;
  const isPersonal = type === 'direct' || type === 'private';
  if (!isPersonal && type !== 'channel' && type !== 'stream') {
    throw badParameter('POST /messages', 'type', 'Invalid type parameter');
  }
  const place = isPersonal ? recipients(world, to) : topicOf(world, to, topic);
  const words = wordsOf(world, 'POST /messages', content);
  const readByBot = flag(read_by_sender, false);
  const message = world.messages.add({ author: world.bot, place, content: words, readByBot });
  if (!readByBot && isForBot(world, message)) {
    world.violate('own-message-unread', 'POST /messages: without read_by_sender it is unread for the bot itself');
  }
  if (isForBot(world, message)) world.queues.announce(message);
  return { id: message.id };
};

/** https://zulip.com/api/update-message */
const updateMessage: Endpoint = ({ given, world }) => {
  const { messages, bot, settings } = world;
  const message = messages.get(Number(given.message_id));
  if (!message || !(message.author === bot || isForBot(world, message))) throw failure('Invalid message(s)');
  const { editMs } = settings.times;
  if (editMs <= 0) throw failure('Your organization has turned off message editing');
  if (message.author !== bot) {
    const refused = failure("You don't have permission to edit this message");
    throw refusal('bad-parameter', 'PATCH /messages/{message_id}: somebody else’s message', refused);
  }
  if (settings.now() - message.at > editMs + EDIT_GRACE_MS) {
    throw failure('The time limit for editing this message has passed');
  }
  if (given.content === undefined) throw badParameter('PATCH /messages/{message_id}', 'content', 'Nothing to change');
  message.content = wordsOf(world, 'PATCH /messages/{message_id}', given.content);
  message.edited = true;
  return { detached_uploads: [] };
};

/** https://zulip.com/api/get-messages */
const getMessages: Endpoint = ({ given, world }) => {
  const { anchor = 'newest', num_before = '0', num_after = '0', narrow, apply_markdown, include_anchor } = given;
  const [before, after] = [Number(num_before), Number(num_after)];
  if (before + after > MOST_AT_ONCE) {
    throw badParameter('GET /messages', 'num_after', `Too many messages requested (maximum ${MOST_AT_ONCE}).`);
  }
  const passes = readNarrow('GET /messages', narrow);
  const all = world.messages.all().filter((message) => isForBot(world, message) && passes(message));
  const ends: Readonly<Record<string, number>> = {
    oldest: 0,
    newest: Number.MAX_SAFE_INTEGER,
    first_unread: all.find((message) => !message.readByBot)?.id ?? Number.MAX_SAFE_INTEGER,
  };
  const at = ends[anchor] ?? Number(anchor);
  if (!Number.isSafeInteger(at)) throw badParameter('GET /messages', 'anchor', 'Invalid anchor');
  const earlier = all.filter(({ id }) => id < at);
  const later = all.filter(({ id }) => id > at);
  const own = flag(include_anchor, true) ? all.filter(({ id }) => id === at) : [];
  const chosen = [...(before > 0 ? earlier.slice(-before) : []), ...own, ...later.slice(0, after)];
  return {
    anchor: at,
    found_anchor: own.length > 0,
    found_oldest: earlier.length <= before,
    found_newest: later.length <= after,
    history_limited: false,
    messages: chosen.map((message) => ({
      ...world.messages.object(message, flag(apply_markdown, true)),
      flags: message.readByBot ? ['read'] : [],
    })),
  };
};

/** https://zulip.com/api/update-message-flags */
const updateFlags: Endpoint = ({ given, world: { messages, bell } }) => {
  const { op, flag: name, messages: listed = '[]' } = given;
  const ids: unknown = JSON.parse(listed);
  if (!Array.isArray(ids) || !ids.every(Number.isSafeInteger)) {
    throw badParameter('POST /messages/flags', 'messages', 'messages is no list of ids');
  }
  if (name !== 'read' || (op !== 'add' && op !== 'remove')) {
    throw badParameter('POST /messages/flags', 'flag', `${op} ${name} is not played here`);
  }
  for (const id of ids) {
    const message = messages.get(Number(id));
    if (message) message.readByBot = op === 'add';
  }
  bell.ring();
  return { messages: ids, ignored_because_not_subscribed_channels: [] };
};

export const messageEndpoints: Readonly<Record<string, Endpoint>> = {
  'POST /messages': sendMessage,
  'PATCH /messages/{message_id}': updateMessage,
  'GET /messages': getMessages,
  'POST /messages/flags': updateFlags,
};
