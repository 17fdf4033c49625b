import { badParameter } from '../parameters.js';
import { type Endpoint, flag, texts } from './endpoint.js';

/** https://zulip.com/api/get-server-settings */
const serverSettings: Endpoint = ({ world: { settings } }) => ({
  zulip_version: '11.4',
  zulip_feature_level: settings.featureLevel,
  realm_name: 'Corp',
  require_email_format_usernames: true,
});

/** https://zulip.com/api/register-queue */
const register: Endpoint = ({ given, world: { queues, settings } }) => {
  const narrow = given.narrow ?? '[]';
  const directOnly = /^\[\["is","(?:dm|private)"\]\]$/u.test(narrow.replaceAll(' ', ''));
  if (!directOnly && narrow !== '[]') {
    throw badParameter('POST /register', 'narrow', `${narrow} is not played here, or not allowed there`, 'BAD_NARROW');
  }
  const eventTypes = texts(given.event_types);
  const { id, lastEventId } = queues.register({
    eventTypes,
    directOnly,
    applyMarkdown: flag(given.apply_markdown, false),
  });
  const fetched = texts(given.fetch_event_types) ?? eventTypes;
  const { editMs } = settings.times;
  return {
    queue_id: id,
    last_event_id: lastEventId,
    zulip_version: '11.4',
    zulip_feature_level: settings.featureLevel,
    ...((!fetched || fetched.includes('realm')) && {
      event_queue_longpoll_timeout_seconds: 90,
      max_message_length: settings.maxMessageLength,
      max_topic_length: 60,
      realm_allow_message_editing: editMs > 0,
      realm_message_content_edit_limit_seconds: Number.isFinite(editMs) ? editMs / 1000 : null,
    }),
  };
};

/** https://zulip.com/api/get-events */
const getEvents: Endpoint = async ({ given, world: { queues }, gone }) => {
  const { queue_id = '', last_event_id, dont_block } = given;
  const events = await queues.poll(queue_id, Number(last_event_id), { block: !flag(dont_block, false), gone });
  return events && { events, queue_id };
};

/** https://zulip.com/api/delete-queue */
const deleteQueue: Endpoint = ({ given, world: { queues } }) => {
  queues.remove(given.queue_id ?? '');
  return {};
};

export const queueEndpoints: Readonly<Record<string, Endpoint>> = {
  'GET /server_settings': serverSettings,
  'POST /register': register,
  'GET /events': getEvents,
  'DELETE /events': deleteQueue,
};
