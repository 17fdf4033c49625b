import { expect, test } from 'vitest';
import { calm, duo } from './fixtures/duo.js';
import { readOptions } from './options.js';
import { createTransport, type WireFailure } from './transport.js';

async function transport() {
  const { server, options } = await duo();
  const settings = readOptions(options);
  const send = createTransport(settings);
  const ping = (once = false, signal = calm()) =>
    send({ method: 'GET', path: '/auth/v2/ping', headers: { host: settings.host }, body: '', once }, signal, 2000);
  const failure = (once?: boolean) =>
    ping(once).then(
      () => expect.fail('answered'),
      (error: WireFailure) => error,
    );
  return { server, ping, failure };
}

test('what failed before the connection was there was not sent', async () => {
  const { server, failure } = await transport();
  await server.faults.goDown();
  expect(await failure()).toMatchObject({ sent: false, begun: false, reason: 'broken' });
  expect(await failure(true)).toMatchObject({ sent: false });
  await server.faults.comeUp();
  for (const certificate of ['unknown-ca', 'wrong-host', 'expired'] as const) {
    await server.faults.presentCertificate(certificate);
    expect(await failure(true)).toMatchObject({ sent: false, begun: false, reason: 'broken' });
  }
  expect(server.calls).toEqual([]);
});

test('what failed on a connection that was there may have been sent', async () => {
  const { server, ping, failure } = await transport();
  server.faults.answer('reset', { times: 2 });
  expect(await failure()).toMatchObject({ sent: true, begun: false, stale: false });
  expect(await failure(true)).toMatchObject({ sent: true, begun: false, stale: false });
  await ping();
  server.faults.answer('reset');
  expect(await failure()).toMatchObject({ sent: true, stale: true }); // on the one that was kept
  server.faults.answer('cut-off');
  expect(await failure()).toMatchObject({ sent: true, begun: true, stale: false });
});

test('connections are kept, but what may be sent once gets its own', async () => {
  const { server, ping, failure } = await transport();
  await ping();
  server.faults.answer('reset', { times: 2 });
  expect(await failure(true)).toMatchObject({ stale: false });
  expect(await failure()).toMatchObject({ stale: true });
});

test('a signal that was aborted before sends nothing', async () => {
  const { server, ping } = await transport();
  await expect(ping(false, AbortSignal.abort())).rejects.toMatchObject({ reason: 'aborted', sent: false });
  await ping();
  await expect(ping(false, AbortSignal.abort())).rejects.toMatchObject({ reason: 'aborted' });
  expect(server.calls).toHaveLength(1);
});
