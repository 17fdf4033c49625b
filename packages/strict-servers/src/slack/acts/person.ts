import { type Conversation, latest, type Post } from '../conversations.js';
import type { Emitted } from '../events.js';
import { emailOf, type Member, userObject } from '../people.js';
import { type Button, renderBlocks } from '../render.js';
import type { SlackMessage, SlackPerson, SlackSent } from '../types-people.js';
import { viewObject } from '../views.js';
import type { World } from '../world.js';
import { awaiting } from './awaiting.js';
import { forgePress, press } from './press.js';
import { typed } from './typing.js';

const homeTopic = (user: string) => `home ${user}`;

/** The Home tab of somebody, as they see it. */
function showHome({ views, names, settings }: World, user: string): SlackMessage | undefined {
  const view = views.home(user);
  if (!view) return undefined;
  const blocks = Array.isArray(view.content.blocks) ? view.content.blocks : [];
  const { text, links, mentions, buttons } = renderBlocks(blocks, names);
  return {
    id: view.id,
    place: 'home',
    channel: user,
    author: settings.bot.userId,
    text,
    notification: '',
    buttons: buttons.map(({ label }) => label),
    links,
    mentions,
    unfurls: false,
    edited: false,
    sentAt: settings.now(),
    raw: { text: '', blocks },
  };
}

/** What the app is told of a message. https://docs.slack.dev/reference/events/message */
function messageEvent(world: World, member: Member, conversation: Conversation, post: Post): Record<string, unknown> {
  const team = member.details.teamId ?? world.settings.team.id;
  return {
    ...world.posts.object(post),
    client_msg_id: `${post.ts}-${member.id}`,
    team,
    user_team: team,
    source_team: team,
    channel: conversation.id,
    event_ts: post.ts,
    channel_type: conversation.kind,
    ...(member.details.bot && { bot_id: `B${member.id.slice(1)}`, app_id: 'A0OTHERBOT' }),
  };
}

const subscriptionOf = ({ kind }: Conversation) =>
  kind === 'im' ? 'message.im' : kind === 'group' ? 'message.groups' : 'message.channels';

export function createPerson(world: World, member: Member): SlackPerson {
  const { conversations, posts, events, settings, ids, people } = world;
  const { id } = member;
  const team = () => member.details.teamId;
  const im = () => conversations.open(id);

  const checkActive = () => {
    if (member.details.deactivated)
      throw new Error(`${member.details.name} was deactivated and can do nothing any more.`);
  };

  const sent = (emitted: Emitted, ts = ''): SlackSent => ({ id: ts, ...emitted });

  const post = (conversation: Conversation, words: string, thread?: string): SlackSent => {
    checkActive();
    const { text, blocks } = typed(words, world);
    const added = posts.add(conversation, { author: id, byApp: false, thread, unfurls: true, text, blocks });
    if (conversation.kind !== 'im' && !conversation.botIsMember) {
      return sent({ eventId: '', acknowledged: Promise.resolve() }, added.ts);
    }
    const event = {
      ...messageEvent(world, member, conversation, added),
      ...(thread && { parent_user_id: settings.bot.userId }),
    };
    return sent(events.emit(subscriptionOf(conversation), event, team()), added.ts);
  };

  const own = (message: SlackSent): Post => {
    const found = im().posts.get(message.id);
    if (found?.author !== id)
      throw new Error(`${member.details.name} has typed no message "${message.id}" to the bot.`);
    return found;
  };

  /** A change of a message: it has a `ts` of its own. */
  const change = (subtype: string, about: Record<string, unknown>, ts: string): SlackSent => {
    const eventTs = ids.ts();
    const conversation = im();
    const event = { type: 'message', subtype, hidden: true, channel: conversation.id, channel_type: 'im', ...about };
    return sent(events.emit('message.im', { ...event, ts: eventTs, event_ts: eventTs }, team()), ts);
  };

  const read = (): readonly SlackMessage[] =>
    [...(conversations.im(id)?.posts.values() ?? [])].filter(({ byApp }) => byApp).map(posts.show);

  const findButton = (buttons: readonly Button[], label: string, of: string): Button => {
    const button = buttons.find((other) => other.label === label);
    if (button) return button;
    const labels = buttons.map((other) => `"${other.label}"`).join(', ') || 'none';
    throw new Error(`${of} has no button "${label}". It has, or has had: ${labels}.`);
  };

  const openTab = (tab: 'home' | 'messages'): SlackSent => {
    checkActive();
    const view = tab === 'home' ? world.views.home(id) : undefined;
    const event = {
      type: 'app_home_opened',
      user: id,
      channel: im().id,
      tab,
      event_ts: ids.ts(),
      ...(view && { view: viewObject(view, settings) }),
    };
    return sent(events.emit('app_home_opened', event, team()));
  };

  return {
    id,
    get name() {
      return member.details.name;
    },
    get email() {
      return emailOf(member.details);
    },
    dm: () => im().id,
    reads: read,
    awaits(wanted, options) {
      return awaiting(world, { who: `To ${member.details.name}`, topic: im().id, read }, wanted, options);
    },
    types: (text) => post(im(), text),
    replies: (message, text) => post(im(), text, message.id),

    edits(message, words) {
      const edited = own(message);
      const previous = messageEvent(world, member, im(), edited);
      posts.change(edited, typed(words, world));
      const now = messageEvent(world, member, im(), edited);
      return change('message_changed', { message: now, previous_message: previous }, edited.ts);
    },
    deletes(message) {
      const deleted = own(message);
      const previous = messageEvent(world, member, im(), deleted);
      posts.remove(deleted);
      return change('message_deleted', { deleted_ts: deleted.ts, previous_message: previous }, deleted.ts);
    },

    says(channel, text) {
      const conversation = conversations.get(channel) ?? conversations.named(channel);
      if (!conversation) throw new Error(`There is no channel "${channel}". Add it with addChannel().`);
      return post(conversation, text);
    },

    presses(message, label) {
      checkActive();
      if (message.place === 'home') {
        const buttons = renderBlocks(message.raw.blocks, world.names).buttons;
        return press(world, id, findButton(buttons, label, 'The Home tab'), { home: id });
      }
      const conversation = conversations.get(message.channel);
      const pressed = conversation?.posts.get(message.id);
      if (!conversation || !pressed || (conversation.user ?? id) !== id) {
        throw new Error(`${member.details.name} sees no message "${message.id}" to press a button on.`);
      }
      const what = `The message "${latest(pressed).text.slice(0, 80)}"`;
      // What they saw comes first: the message may have changed since.
      const buttons = [...renderBlocks(message.raw.blocks, world.names).buttons, ...posts.buttons(pressed)];
      return press(world, id, findButton(buttons, label, what), { post: pressed, conversation });
    },
    sendsPress: (forged) => forgePress(world, id, forged),

    opensHome: () => openTab('home'),
    opensMessages: () => openTab('messages'),
    home: () => showHome(world, id),
    awaitsHome(wanted, options) {
      const look = () => [showHome(world, id)].filter((home) => home !== undefined);
      return awaiting(
        world,
        { who: `Home of ${member.details.name}`, topic: homeTopic(id), read: look },
        wanted,
        options,
      );
    },

    changes(details) {
      people.change(member, details);
      const user = userObject(member, settings, { email: world.tokens.has('users:read.email'), locale: true });
      const event = { type: 'user_change', user, cache_ts: member.updated, event_ts: ids.ts() };
      return sent(events.emit('user_change', event, team()));
    },
  };
}

/** Somebody new is there. https://docs.slack.dev/reference/events/team_join */
export function announceJoin({ events, ids, settings, tokens }: World, member: Member): void {
  const user = userObject(member, settings, { email: tokens.has('users:read.email'), locale: true });
  events.emit('team_join', { type: 'team_join', user, cache_ts: member.updated, event_ts: ids.ts() });
}
