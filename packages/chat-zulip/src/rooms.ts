import { PluginError } from '@securitybot/core';

/** Where a report goes. */
export interface Room {
  /** A name, or an id. */
  readonly channel: string | number;
  readonly topic: string;
}

/** Where nothing is said about it. */
const TOPIC = 'Securitybot';
/** A longer topic is cut by Zulip. */
const MOST_TOPIC = 60;

/**
 * A room as it is written: `#security`, `security>alerts`, or `42>alerts` by the channel's id, as Zulip itself writes links to
 * topics. Throws a PluginError (`REJECTED`) for what can be none.
 */
export function readRoom(room: string): Room {
  const [, name = '', topic = ''] = /^#?([^>]*)(?:>(.*))?$/s.exec(room.trim()) ?? [];
  const channel = name.trim();
  if (channel === '') {
    const what = `zulip: ${JSON.stringify(room.slice(0, 100))} names no channel.`;
    throw new PluginError('REJECTED', `${what} Give a channel, or a channel and a topic, such as security>alerts.`);
  }
  if ([...topic.trim()].length > MOST_TOPIC) {
    throw new PluginError(
      'REJECTED',
      `zulip: the topic of ${JSON.stringify(channel)} is longer than ${MOST_TOPIC} characters.`,
    );
  }
  return { channel: /^\d{1,15}$/.test(channel) ? Number(channel) : channel, topic: topic.trim() || TOPIC };
}
