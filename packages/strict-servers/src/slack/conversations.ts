import type { Ids } from './ids.js';
import type { Settings } from './settings.js';
import type { SlackMessage } from './types-people.js';

/** One version of what a message shows. */
export interface Version {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** A message as the workspace keeps it. */
export interface Post {
  readonly ts: string;
  readonly channel: string;
  /** The user id of who wrote it. */
  readonly author: string;
  /** By the app under test. */
  readonly byApp: boolean;
  readonly thread: string | undefined;
  readonly options: { readonly mrkdwn: boolean; readonly parse: string; readonly linkNames: boolean };
  readonly unfurls: boolean;
  /** Oldest first, the latest one is shown; people may press what their screen still shows. */
  readonly versions: Version[];
  /** Rendered once for each version. */
  shown?: SlackMessage | undefined;
}

export interface Conversation {
  readonly id: string;
  readonly kind: 'channel' | 'group' | 'im';
  /** Changes; empty for direct messages. */
  name: string;
  archived: boolean;
  botIsMember: boolean;
  readonly shared: boolean;
  /** The other side of direct messages. */
  readonly user?: string;
  /** Seconds since the epoch, UTC. */
  readonly created: number;
  readonly posts: Map<string, Post>;
}

/** The channels of a workspace, and the direct messages with the app's bot. */
export interface Conversations {
  readonly all: ReadonlyMap<string, Conversation>;
  add(details: {
    readonly name: string;
    readonly private?: boolean;
    readonly archived?: boolean;
    readonly botIsMember?: boolean;
    readonly shared?: boolean;
  }): Conversation;
  get(id: string): Conversation | undefined;
  /** By name, with or without `#`. */
  named(name: string): Conversation | undefined;
  /** The direct messages with somebody, if they were opened. */
  im(user: string): Conversation | undefined;
  /** The same, opened if they were not. */
  open(user: string): Conversation;
}

export const latest = (post: Post): Version => post.versions.at(-1) ?? { text: '', blocks: [] };

export function createConversations(settings: Settings, ids: Ids): Conversations {
  const all = new Map<string, Conversation>();
  const ims = new Map<string, Conversation>();
  const channels: Conversation[] = [];
  const created = () => Math.floor(settings.now() / 1000);
  const keep = (conversation: Conversation): Conversation => {
    all.set(conversation.id, conversation);
    return conversation;
  };

  return {
    all,
    add(details) {
      const channel = keep({
        id: ids.next('C'),
        kind: details.private ? 'group' : 'channel',
        name: details.name.replace(/^#/u, ''),
        archived: details.archived ?? false,
        botIsMember: details.botIsMember ?? true,
        shared: details.shared ?? false,
        created: created(),
        posts: new Map(),
      });
      channels.push(channel);
      return channel;
    },
    get: (id) => all.get(id),
    named(name) {
      const plain = name.replace(/^#/u, '');
      return channels.find((channel) => channel.name === plain);
    },
    im: (user) => ims.get(user),
    open(user) {
      const opened =
        ims.get(user) ??
        keep({
          id: ids.next('D'),
          kind: 'im',
          name: '',
          archived: false,
          botIsMember: true,
          shared: false,
          user,
          created: created(),
          posts: new Map(),
        });
      ims.set(user, opened);
      return opened;
    },
  };
}

/** A conversation object. https://docs.slack.dev/reference/objects/conversation-object */
export function conversationObject(
  conversation: Conversation,
  { team }: Pick<Settings, 'team'>,
): Record<string, unknown> {
  const { id, kind, name, archived, botIsMember, shared, user, created } = conversation;
  const common = { id, created, is_archived: archived, is_org_shared: false, context_team_id: team.id };
  if (kind === 'im')
    return { ...common, is_im: true, user, is_open: true, last_read: '0000000000.000000', priority: 0 };
  return {
    ...common,
    name,
    name_normalized: name,
    is_channel: kind === 'channel',
    is_group: kind === 'group',
    is_im: false,
    is_mpim: false,
    is_private: kind === 'group',
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_pending_ext_shared: false,
    is_member: botIsMember,
    shared_team_ids: [team.id],
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}
