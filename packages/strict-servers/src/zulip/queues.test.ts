import { describe, expect, test } from 'vitest';
import { call, startPolling, startServer } from './fixtures/client.js';

const DM = { narrow: [['is', 'dm']] };

describe('an event queue', () => {
  test('has what is said to the bot, in order, until it is acknowledged', async () => {
    const server = await startServer();
    const ann = server.addPerson({ name: 'ann', fullName: 'Ann' });
    const { poll, queueId } = await startPolling(server, DM);
    ann.types('yes **I** did');
    ann.types('really');
    const { body } = await poll();
    expect(body.events).toMatchObject([
      {
        id: 0,
        type: 'message',
        flags: [],
        message: { type: 'private', sender_id: ann.id, content: 'yes **I** did', content_type: 'text/x-markdown' },
      },
      { id: 1, message: { content: 'really', display_recipient: [{ id: server.botId }, { id: ann.id }] } },
    ]);
    // The answer was lost: the same again.
    expect((await call(server, 'GET /events', { queue_id: queueId, last_event_id: -1 })).body.events).toHaveLength(2);
    expect((await poll({ dont_block: true })).body.events).toEqual([]);
    expect(server.violations).toEqual([]);
  });

  test('waits for an event; a heartbeat comes when there is none', async () => {
    const beats: (() => void)[] = [];
    const server = await startServer({
      schedule(callback, ms) {
        if (ms === 50_000) beats.push(callback);
        return () => {};
      },
    });
    const ann = server.addPerson('ann');
    const { poll } = await startPolling(server, DM);
    const first = poll();
    await server.until(() => server.polls() === 1, 'a poll');
    ann.types('hello');
    expect((await first).body.events).toMatchObject([{ type: 'message' }]);
    const second = poll();
    await server.until(() => server.polls() === 1, 'a poll');
    beats.at(-1)?.();
    expect((await second).body.events).toMatchObject([{ type: 'heartbeat', id: 1 }]);
  });

  test('has direct messages only, where the narrow says so; group ones among them; and no other types', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    const bob = server.addPerson('bob');
    server.addChannel('general');
    const narrow = await startPolling(server, DM);
    const wide = await startPolling(server);
    ann.says('general', 'topic', 'to all');
    ann.typesInGroup([bob], 'to some');
    server.faults.sendEvent({ type: 'realm_user', op: 'update' });
    const contents = async (queue: typeof wide) => {
      const { body } = await queue.poll();
      return body.events.map(({ message }: { message: { content: string } }) => message.content);
    };
    expect(await contents(narrow)).toEqual(['to some']);
    expect(await contents(wide)).toEqual(['to all', 'to some']);
  });

  test('renders where it is not told not to', async () => {
    const server = await startServer();
    const { poll } = await startPolling(server, { ...DM, apply_markdown: true });
    server.addPerson('ann').types('**yes**');
    expect((await poll()).body.events[0].message).toMatchObject({ content: '<p>yes</p>', content_type: 'text/html' });
  });

  test('is gone when it expires, when it is deleted, and when nobody polls it for ten minutes', async () => {
    const ends: (() => void)[] = [];
    const server = await startServer({
      schedule(callback, ms) {
        if (ms === 600_000) ends.push(callback);
        return () => {};
      },
    });
    const gone = { status: 400, body: { code: 'BAD_EVENT_QUEUE_ID', result: 'error' } };
    const first = await startPolling(server);
    server.faults.expireQueues();
    expect(await first.poll()).toMatchObject(gone);
    const second = await startPolling(server);
    expect((await call(server, 'DELETE /events', { queue_id: second.queueId })).status).toBe(200);
    expect(await second.poll()).toMatchObject(gone);
    const third = await startPolling(server);
    expect(server.queues()).toBe(1);
    ends.at(-1)?.();
    expect(await third.poll()).toMatchObject(gone);
    expect(server.violations).toEqual([]);
  });

  test('is as another’s: what is said twice about it, or was never in it, is refused', async () => {
    const server = await startServer();
    const { poll } = await startPolling(server);
    server.addPerson('ann').types('one');
    await poll();
    await poll({ dont_block: true });
    expect(await poll({ last_event_id: -1 })).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect(await poll({ last_event_id: 7 })).toMatchObject({ status: 400 });
    expect(server.violations.map(({ rule }) => rule)).toEqual(['bad-event-id', 'bad-event-id']);
  });

  test('has one poll at a time: a second one ends the first', async () => {
    const server = await startServer();
    const { poll } = await startPolling(server);
    const first = expect(poll()).rejects.toThrow();
    await server.until(() => server.polls() === 1, 'a poll');
    const second = expect(poll()).rejects.toThrow();
    await first;
    await server.until(() => server.polls() === 1, 'the other poll');
    server.faults.dropPolls();
    await second;
    expect(server.violations.map(({ rule }) => rule)).toEqual(['two-polls']);
  });

  test('tells what it can take', async () => {
    const server = await startServer({ maxMessageLength: 500, times: { editMs: Number.POSITIVE_INFINITY } });
    const { body } = await call(server, 'POST /register', { event_types: ['message'], fetch_event_types: ['realm'] });
    expect(body).toMatchObject({
      max_message_length: 500,
      event_queue_longpoll_timeout_seconds: 90,
      realm_allow_message_editing: true,
      realm_message_content_edit_limit_seconds: null,
      zulip_feature_level: 421,
    });
    expect((await call(server, 'POST /register', { event_types: ['message'] })).body).not.toHaveProperty(
      'max_message_length',
    );
  });
});
