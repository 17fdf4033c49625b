import type { Bell } from '../bell.js';
import type { Channel, Messages } from './messages.js';
import type { Directory, Member } from './people.js';
import type { Queues } from './queues.js';
import type { ZulipServerOptions, ZulipTimes, ZulipViolation } from './types.js';

export type Settings = Required<Omit<ZulipServerOptions, 'port' | 'tls' | 'times' | 'botType'>> &
  Pick<ZulipServerOptions, 'botType'> & { readonly times: ZulipTimes };

/** All that there is behind the endpoints. */
export interface World {
  readonly settings: Settings;
  readonly bell: Bell;
  readonly people: Directory;
  readonly bot: Member;
  readonly channels: Channel[];
  readonly messages: Messages;
  readonly queues: Queues;
  violate(rule: ZulipViolation['rule'], detail: string): void;
}

/** By id or name; case does not count. */
export function findChannel({ channels }: Pick<World, 'channels'>, key: number | string): Channel | undefined {
  return channels.find(({ id, details }) =>
    typeof key === 'number' ? id === key : details.name.toLowerCase() === key.toLowerCase(),
  );
}

/** Whether the bot knows that there is this channel. */
export const isVisible = ({ details }: Channel): boolean => !details.private || (details.botIsSubscribed ?? false);
