import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, startServer, webOf } from './fixtures/app.js';
import { createClock } from './fixtures/clock.js';
import { openLine, openTicket } from './fixtures/line.js';
import type { SlackServer } from './types.js';

const rules = (server: SlackServer) => server.violations.map(({ rule }) => rule);

/** The HTTP status that an address is refused with; 101 where it is not. */
const tryOut = (address: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
  });

test('hello says how many connections there are', async () => {
  const server = await startServer();
  const lines = [await openLine(server), await openLine(server)];
  expect(lines.map(({ hello }) => hello)).toMatchObject([
    { num_connections: 1, connection_info: { app_id: server.bot.appId } },
    { num_connections: 2 },
  ]);
  expect(server.connections.map(({ id, open }) => [id, open])).toEqual([
    ['connection-1', true],
    ['connection-2', true],
  ]);
});

test('an address is good once, for half a minute, and only if Slack gave it out', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const used = await openTicket(server);
  expect(await tryOut(used)).toBe(101);
  expect(await tryOut(used)).toBe(401);
  const old = await openTicket(server);
  clock.advance(30_000);
  expect(await tryOut(old)).toBe(401);
  expect(await tryOut(`${new URL(used).origin}/link/?ticket=made-up`)).toBe(401);
  expect(await tryOut(`${new URL(used).origin}/other`)).toBe(401);
  expect(rules(server)).toEqual(['bad-ticket', 'bad-ticket', 'bad-ticket', 'bad-ticket']);
});

test('an eleventh connection is told that there are too many', async () => {
  const server = await startServer();
  for (let count = 0; count < 10; count += 1) await openLine(server);
  const socket = new WebSocket(await openTicket(server));
  const frame = await new Promise((resolve) => socket.on('message', (data) => resolve(JSON.parse(String(data)))));
  expect(frame).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  expect(server.connections).toHaveLength(10);
  expect(rules(server)).toEqual(['too-many-connections']);
});

test('a refresh is announced, ten seconds before it happens where it is a warning', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  server.faults.disconnect('warning');
  expect(await line.next()).toMatchObject({ type: 'disconnect', reason: 'warning' });
  clock.advance(9999);
  expect(server.connections).toHaveLength(1);
  clock.advance(1);
  expect(await line.next()).toMatchObject({ reason: 'refresh_requested' });
  expect(await line.closed).toBe(1005);
  await server.until(() => server.connections.length === 0, 'no connection');
});

test('a connection that was told to go gets nothing more while there is another', async () => {
  const server = await startServer();
  const [first, second] = [await openLine(server), await openLine(server)];
  server.faults.disconnect('warning', 'connection-1');
  const ann = server.addPerson('ann');
  const sent = [ann.types('one'), ann.types('two'), ann.types('three')];
  for (const _ of sent) second.ack(await second.next());
  await Promise.all(sent.map(({ acknowledged }) => acknowledged));
  expect(first.frames.map(({ type }) => type)).toEqual(['disconnect']);
});

test('Slack’s own client comes back after a refresh, and after a lost network', async () => {
  const server = await startServer({ times: { retryMs: [0, 0, 1000, 1000] } });
  const ann = server.addPerson('ann');
  const { received } = await startApp(server);
  for (const end of [() => server.faults.disconnect('refresh_requested'), () => server.faults.dropConnections()]) {
    const [{ id } = expect.fail()] = server.connections;
    end();
    await server.until(() => server.connections.some((connection) => connection.id !== id), 'another connection');
    await ann.types('still there?').acknowledged;
  }
  expect(received.map(({ body }) => body.event?.text)).toEqual(['still there?', 'still there?']);
  expect(server.violations).toEqual([]);
});

test('dropped connections end without a close frame', async () => {
  const server = await startServer();
  const [first, second] = [await openLine(server), await openLine(server)];
  server.faults.dropConnections('connection-2');
  expect(await second.closed).toBe(1006);
  expect(first.socket.readyState).toBe(WebSocket.OPEN);
  expect(() => server.faults.dropConnections('connection-9')).toThrow('Open are: connection-1.');
});

test('a frozen connection answers no ping and hears no acknowledgement, until it thaws', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const line = await openLine(server);
  const ann = server.addPerson('ann');
  const before = ann.types('before');
  const frame = await line.next();
  server.faults.freezeConnections();
  let pongs = 0;
  line.socket.on('pong', () => {
    pongs += 1;
  });
  line.socket.ping();
  line.ack(frame);
  const during = ann.types('during');
  // Time enough for what would come on a line that works.
  for (let count = 0; count < 5; count += 1) await webOf(server).auth.test();
  expect(server.deliveries.map(({ state }) => state)).toEqual(['sent', 'sent']);
  clock.advance(3000);
  expect(server.deliveries.map(({ state }) => state)).toEqual(['unanswered', 'unanswered', 'sent', 'sent']);
  expect(pongs).toBe(0);
  server.faults.mend();
  await server.until(() => pongs === 1 && rules(server).includes('late-acknowledgement'), 'the pong, and the late ack');
  clock.advance(63_000);
  for (const _ of [before, during]) line.ack(await line.next());
  await Promise.all([before.acknowledged, during.acknowledged]);
});

test('a connection that answers no ping is ended', async () => {
  const server = await startServer({ times: { pingMs: 100 } });
  const line = await openLine(server);
  let pings = 0;
  line.socket.on('ping', () => {
    pings += 1;
  });
  await server.until(() => pings >= 3, 'three pings');
  expect(server.connections).toHaveLength(1);
  line.socket.pause();
  await server.until(() => server.connections.length === 0, 'no connection');
});

test('Socket Mode that is off gives out no address', async () => {
  const server = await startServer({ socketMode: false });
  const web = webOf(server);
  await expect(web.apps.connections.open({ token: server.appToken })).rejects.toMatchObject({
    data: { ok: false, error: 'socket_mode_not_enabled' },
  });
});
