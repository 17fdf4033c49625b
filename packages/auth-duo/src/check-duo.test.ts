import { describe, expect, test } from 'vitest';
import { checkDuo } from './check-duo.js';
import { duo, paths } from './fixtures/duo.js';

async function examine(options: Parameters<typeof checkDuo>[0]) {
  const findings = await checkDuo(options);
  expect(JSON.stringify(findings)).not.toContain(options.secretKey || 'nothing');
  return findings;
}

test('all is well: ping, then check, and nobody is asked anything', async () => {
  const { server, options } = await duo();
  expect(await examine(options)).toEqual([{ level: 'ok', text: `${server.host} is there, and accepts the keys` }]);
  expect(paths(server)).toEqual(['ping', 'check']);
  expect(server.calls.map(({ signature }) => signature)).toEqual([undefined, 2]);
});

describe('what is wrong is said in one sentence, with what to do', () => {
  test('the integration key', async () => {
    const { options } = await duo();
    const [finding] = await examine({ ...options, integrationKey: 'DIXXXXXXXXXXXXXXXXXX' });
    expect(finding).toMatchObject({
      level: 'fail',
      text: expect.stringContaining('integration key (DUO_INTEGRATION_KEY)'),
    });
  });

  test('the secret key', async () => {
    const { options } = await duo();
    const [finding] = await examine({ ...options, secretKey: 'x'.repeat(40) });
    expect(finding).toMatchObject({ level: 'fail', text: expect.stringContaining('secret key (DUO_SECRET_KEY)') });
  });

  test('keys of an application of another type', async () => {
    const { options } = await duo({}, { application: 'admin-api' });
    expect(await examine(options)).toMatchObject([
      { level: 'fail', text: expect.stringContaining('of the type "Auth API"') },
    ]);
  });

  test('a clock that is refused, and one that is not yet', async () => {
    const sleep = () => new Promise<void>(() => {});
    const behind = await duo({ clock: { now: () => Date.now() - 600_000, sleep } });
    expect(await examine(behind.options)).toMatchObject([
      { level: 'fail', text: expect.stringContaining('10 minutes behind Duo’s') },
    ]);
    const ahead = await duo({ clock: { now: () => Date.now() + 90_000, sleep } });
    expect(await examine(ahead.options)).toMatchObject([
      { level: 'ok' },
      { level: 'warn', text: expect.stringMatching(/(89|90|91) s ahead of Duo’s/) },
    ]);
  });

  test('the host: not there, down, or none of Duo’s', async () => {
    const { server, options } = await duo();
    expect(await examine({ ...options, host: 'api-00000000.duosecurity.invalid' })).toMatchObject([
      { level: 'fail', text: expect.stringContaining('API hostname') },
    ]);
    server.faults.answer(404);
    expect(await examine(options)).toMatchObject([{ level: 'fail', text: expect.stringContaining('HTTP 404') }]);
    await server.faults.goDown();
    const advice = `see whether a firewall lets ${options.host} through`;
    expect(await examine(options)).toMatchObject([
      { level: 'fail', text: expect.stringMatching(new RegExp(`ECONNREFUSED.*${advice}$`)) },
    ]);
  });

  test('an authority that is not trusted', async () => {
    const { options } = await duo();
    const { ca: _, ...rest } = options;
    expect(await examine(rest)).toMatchObject([{ level: 'fail', text: expect.stringContaining('DUO_CA_FILE') }]);
  });

  test('options that cannot be used', async () => {
    const { server, options } = await duo();
    expect(await examine({ ...options, host: 'https://api-1.duosecurity.com' })).toMatchObject([
      { level: 'fail', text: expect.stringContaining('without https://') },
    ]);
    expect(server.calls).toEqual([]);
  });
});

test('it ends when it is called off', async () => {
  const { server, options } = await duo();
  const reason = new Error('stopping');
  await expect(checkDuo(options, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(server.calls).toEqual([]);
  server.faults.answer('silence');
  const controller = new AbortController();
  const checking = checkDuo(options, controller.signal);
  await server.until(() => server.calls.length === 1, 'ping');
  controller.abort(reason);
  await expect(checking).rejects.toBe(reason);
});
