import { EventEmitter } from 'node:events';
import { createClock } from '@securitybot/testing';
import { describe, expect, test } from 'vitest';
import { createConnection, type Envelope } from './socket.js';

/** A client as one may be that is broken in a way of its own. */
class Client extends EventEmitter {
  websocket = { active: true, isActive: () => this.websocket.active };
  calls: string[] = [];
  start = async (): Promise<unknown> => {
    this.calls.push('start');
    return {};
  };
  disconnect = async (): Promise<unknown> => {
    this.calls.push('disconnect');
    this.emit('disconnected');
    return undefined;
  };
}

function setUp() {
  const clock = createClock();
  const client = new Client();
  const seen: string[] = [];
  client.on('ws_message', async (data: string) => {
    seen.push(data);
    if (data.includes('poison')) throw new Error('the client breaks on this');
  });
  const envelopes: Envelope[] = [];
  const reasons: string[] = [];
  const troubles: unknown[] = [];
  const connection = createConnection(client, {
    clock,
    onEnvelope: async (envelope) => void envelopes.push(envelope),
    onDisconnect: (reason) => void reasons.push(reason),
    onTrouble: (error) => void troubles.push(error),
  });
  return { clock, client, seen, envelopes, reasons, troubles, connection };
}

describe('a connection', () => {
  test('survives a message on which the client breaks, and tells of it', async () => {
    const { clock, client, troubles } = setUp();
    client.emit('ws_message', '{"type":"interactive","envelope_id":"1","payload":{"poison":1}}', false);
    await clock.advance(0);
    expect(troubles).toEqual([new Error('the client breaks on this')]);
  });

  test('hands the client nothing that it would take for its own events, nor the end of the connection', async () => {
    const { clock, client, seen, reasons } = setUp();
    for (const message of ['{"type":"disconnect","reason":"warning"}', '{"type":"disconnect"}'])
      client.emit('ws_message', message, false);
    client.emit('ws_message', '{"type":"events_api","envelope_id":"1","payload":{"event":{"type":"close"}}}', false);
    await clock.advance(0);
    expect(reasons).toEqual(['warning', 'no reason given']);
    expect(seen.map((data) => JSON.parse(data).type)).toEqual(['unknown']);
  });

  test('that is ended while the client connects is ended once it has, as the client would leave a timer behind', async () => {
    const { clock, client, connection } = setUp();
    const { promise: hello, resolve: sayHello } = Promise.withResolvers<void>();
    const { start } = client;
    client.start = () => start().then(() => hello);
    const opening = connection.open();
    const ending = connection.end();
    await clock.advance(500);
    expect(client.calls).toEqual(['start']);
    sayHello();
    await Promise.all([opening, ending]);
    expect(client.calls).toEqual(['start', 'disconnect']);
  });

  test('that says hello too late has failed, and is ended', async () => {
    const { clock, client, connection } = setUp();
    client.start = () => new Promise(() => {});
    const opening = expect(connection.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'slack: no connection within 30000 ms',
    });
    await clock.advance(31_000);
    await opening;
    expect(client.calls).toEqual(['disconnect']);
  });

  test('that is closed before it is open says so', async () => {
    const { client, connection } = setUp();
    client.start = () => Promise.reject(undefined);
    await expect(connection.open()).rejects.toThrow(/closed before it was open/);
  });

  test('whose peer does not answer its end is asked twice, as the client then waits no longer', async () => {
    const { clock, client, connection } = setUp();
    let count = 0;
    client.disconnect = () => {
      count += 1;
      return new Promise(() => {});
    };
    const ended = connection.end();
    await clock.advance(1000);
    expect(count).toBe(2);
    await clock.advance(1000);
    await ended;
  });

  test('that is closing without a word counts as closed, and is ended', async () => {
    const { clock, client, connection } = setUp();
    await connection.open();
    let isClosed = false;
    const closed = connection.closed().then(() => {
      isClosed = true;
    });
    await clock.advance(60_000);
    expect(isClosed).toBe(false);
    client.websocket.active = false;
    await clock.advance(1000);
    await closed;
    expect(client.calls).toEqual(['start', 'disconnect']);
  });

  test('that is being ended takes nothing more: it could not be acknowledged', async () => {
    const { clock, client, envelopes, connection } = setUp();
    await connection.open();
    client.disconnect = () => new Promise(() => {});
    const ended = connection.end();
    client.emit('slack_event', { type: 'interactive', body: {}, ack: async () => {} });
    await clock.advance(2000);
    await ended;
    expect(envelopes).toEqual([]);
  });

  test('acknowledges only what came over it: opened again, it is another', async () => {
    const { client, envelopes, connection } = setUp();
    await connection.open();
    const acknowledged: unknown[] = [];
    const deliver = () =>
      client.emit('slack_event', { type: 'interactive', body: {}, ack: async (r: unknown) => acknowledged.push(r) });
    deliver();
    await connection.end();
    await connection.open();
    expect(envelopes).toHaveLength(1);
    await expect(envelopes[0]?.ack({ old: 1 })).rejects.toThrow('the connection it came over is closed');
    deliver();
    await envelopes[1]?.ack({ new: 1 });
    expect(acknowledged).toEqual([{ new: 1 }]);
  });
});
