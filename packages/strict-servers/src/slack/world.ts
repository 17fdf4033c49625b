import type { Conversations } from './conversations.js';
import type { Delivery } from './delivery.js';
import type { Events } from './events.js';
import type { Ids } from './ids.js';
import type { Journal } from './journal.js';
import type { Names } from './mrkdwn.js';
import type { Directory } from './people.js';
import type { Posts } from './posts.js';
import type { Settings } from './settings.js';
import type { Socket } from './socket.js';
import type { Tokens } from './tokens.js';
import type { Triggers } from './triggers.js';
import type { Views } from './views.js';

/** All parts of the workspace, for what reaches across them. */
export interface World {
  readonly settings: Settings;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly people: Directory;
  readonly conversations: Conversations;
  readonly names: Names;
  readonly posts: Posts;
  readonly triggers: Triggers;
  readonly views: Views;
  readonly socket: Socket;
  readonly delivery: Delivery;
  readonly events: Events;
  /** Where this server is, without a path. */
  origin(): string;
}
