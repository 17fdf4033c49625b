import { expect, test } from 'vitest';
import { calm, duo } from './fixtures/duo.js';
import { readOptions } from './options.js';
import { createTransport, type WireFailure } from './transport.js';

async function transport() {
  const { server, options } = await duo();
  const settings = readOptions(options);
  const send = createTransport(settings);
  const ping = (signal = calm()) =>
    send({ method: 'GET', path: '/auth/v2/ping', headers: { host: settings.host }, body: '' }, signal, 2000);
  const failure = () =>
    ping().then(
      () => expect.fail('answered'),
      (error: WireFailure) => error,
    );
  return { server, ping, failure };
}

test('what failed before the connection was there was not sent', async () => {
  const { server, failure } = await transport();
  await server.faults.goDown();
  expect(await failure()).toMatchObject({ sent: false, begun: false, reason: 'broken' });
  await server.faults.comeUp();
  for (const certificate of ['unknown-ca', 'wrong-host', 'expired'] as const) {
    await server.faults.presentCertificate(certificate);
    expect(await failure()).toMatchObject({ sent: false, begun: false, reason: 'broken' });
  }
  expect(server.calls).toEqual([]);
});

test('what failed on a connection that was there may have been sent', async () => {
  const { server, failure } = await transport();
  server.faults.answer('reset');
  expect(await failure()).toMatchObject({ sent: true, begun: false });
  server.faults.answer('cut-off');
  expect(await failure()).toMatchObject({ sent: true, begun: true });
});

test('no connection is kept, so that no answer can be taken for another', async () => {
  const { server, ping } = await transport();
  expect((await ping()).headers.connection).toBe('close');
  await server.faults.goDown();
  await server.faults.comeUp();
  expect((await ping()).status).toBe(200);
});

test('a signal that was aborted before sends nothing', async () => {
  const { server, ping } = await transport();
  await expect(ping(AbortSignal.abort())).rejects.toMatchObject({ reason: 'aborted', sent: false });
  expect(server.calls).toEqual([]);
});
