import { type Clock, PluginError } from '@securitybot/core';
import type { Api } from './api.js';
import { createCache } from './cache.js';
import { listOf, objectOf, textOf } from './json.js';

const KEEP_MS = 600_000;
const PAGE = 200;
const MOST_PAGES = 50;
const PATIENCE_MS = 30_000;

/** A channel's id, such as `C0123456789`. */
function isRoomId(room: string): boolean {
  return /^[CG][A-Z0-9]{7,30}$/.test(room);
}

/** Channels by id or by name. */
export interface Rooms {
  /** The id of a channel that the bot is in. Throws a PluginError, `REJECTED` where there is none of that name. */
  idOf(room: string): Promise<string>;
}

export function createRooms(api: Api, clock: Clock): Rooms {
  const ids = createCache<string | undefined>(clock, 100, KEEP_MS);

  /** Among the channels that the bot is in: of all channels there may be thousands. */
  async function find(name: string): Promise<string | undefined> {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await api.patiently(PATIENCE_MS, 'users.conversations', {
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const channel = listOf(answer.channels)
        .map(objectOf)
        .find((one) => one.name === name);
      if (channel) return textOf(channel.id);
      cursor = textOf(objectOf(answer.response_metadata).next_cursor);
      if (cursor === undefined) return undefined;
    }
    return undefined;
  }

  return {
    async idOf(room) {
      if (isRoomId(room)) return room;
      const name = room.trim().replace(/^#/, '').toLowerCase();
      const id =
        name === ''
          ? undefined
          : await ids.get(
              name,
              () => find(name),
              (found) => found !== undefined,
            );
      if (id !== undefined) return id;
      const wayOut = 'Invite the bot (type /invite and its name in the channel), or name the channel by its id';
      throw new PluginError(
        'REJECTED',
        `slack: the bot is in no channel named ${JSON.stringify(room.slice(0, 100))}. ${wayOut}.`,
      );
    },
  };
}
