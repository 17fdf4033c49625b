import { failure } from '../failure.js';
import { emailOf, idInDummy, type Member, userObject } from '../people.js';
import { findChannel, isVisible } from '../world.js';
import type { Endpoint } from './endpoint.js';

function found(member: Member | undefined) {
  if (!member) throw failure('No such user');
  return { user: userObject(member) };
}

/** https://zulip.com/api/get-own-user */
const getOwnUser: Endpoint = ({ world: { bot, settings } }) => {
  const { botType } = settings;
  return { ...userObject(bot), is_bot: botType !== null, bot_type: botType, max_message_id: 1000 };
};

/** https://zulip.com/api/get-user */
const getUser: Endpoint = ({ given, world: { people } }) => found(people.get(Number(given.user_id)));

/** By the real address where that may be seen, else by the one that was made up. https://zulip.com/api/get-user-by-email */
const getUserByEmail: Endpoint = ({ given, world: { people } }) => {
  const { email = '' } = given;
  const id = idInDummy(email);
  if (id !== undefined) return found(people.get(id));
  const member = people.byEmail(email);
  return found(member && !member.details.hidesEmail && emailOf(member) ? member : undefined);
};

/** https://zulip.com/api/get-stream-id */
const getStreamId: Endpoint = ({ given, world }) => {
  const channel = findChannel(world, given.stream ?? '');
  if (!channel || !isVisible(channel)) throw failure(`Invalid channel name '${given.stream}'`);
  return { stream_id: channel.id };
};

/** https://zulip.com/api/get-stream-by-id */
const getStream: Endpoint = ({ given, world }) => {
  const channel = findChannel(world, Number(given.stream_id));
  if (!channel || !isVisible(channel)) throw failure('Invalid channel ID');
  const { id, details } = channel;
  return {
    stream: {
      stream_id: id,
      name: details.name,
      invite_only: details.private ?? false,
      is_archived: details.archived ?? false,
    },
  };
};

export const userEndpoints: Readonly<Record<string, Endpoint>> = {
  'GET /users/me': getOwnUser,
  'GET /users/{user_id}': getUser,
  'GET /users/{email}': getUserByEmail,
  'GET /get_stream_id': getStreamId,
  'GET /streams/{stream_id}': getStream,
};
