import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, preauth, push, status } from './fixtures/client.js';
import { createDuoServer } from './server.js';
import type { DuoServer, DuoServerOptions } from './types.js';

let server: DuoServer;

async function start(options: DuoServerOptions = {}): Promise<DuoServer> {
  await server?.close();
  server = await createDuoServer(options);
  return server;
}

beforeEach(async () => {
  await start();
});
afterEach(async () => {
  await server.close();
});

const rules = () => server.violations.map(({ rule }) => rule);
const check = (wrong: Parameters<typeof call>[4] = {}) => call(server, 'GET', '/auth/v2/check', {}, wrong);

describe('who may call', () => {
  test('version 2 and version 5 of the signature, with the port in the signed host or without', async () => {
    for (const version of [2, 5] as const) {
      for (const signedHost of [server.host, '127.0.0.1']) {
        expect((await check({ version, signedHost })).json.stat).toBe('OK');
        const { json } = await call(
          server,
          'POST',
          '/auth/v2/preauth',
          { username: "ann o'hara (x)!*~+&=%" },
          { version, signedHost },
        );
        expect(json.response?.result).toBe('enroll');
      }
    }
    expect((await check({ host: 'localhost' })).json.stat).toBe('OK');
    expect(server.calls.map(({ signature }) => signature)).toEqual([2, 2, 2, 2, 5, 5, 5, 5, 2]);
    expect(server.violations).toEqual([]);
  });

  test('a server that wants the port in the signed host, or does not want it', async () => {
    await start({ signedHost: 'with-port' });
    expect((await check()).status).toBe(200);
    expect((await check({ signedHost: '127.0.0.1' })).json.code).toBe(40103);
    await start({ signedHost: 'without-port' });
    expect((await check()).json.code).toBe(40103);
    expect((await check({ signedHost: '127.0.0.1' })).status).toBe(200);
  });

  test('ping needs no signature; what is wrong is refused, and noted', async () => {
    expect((await call(server, 'GET', '/auth/v2/ping', {}, { headers: { authorization: undefined } })).status).toBe(
      200,
    );
    const refused = async (code: number, rule: string, wrong: Parameters<typeof call>[4]) => {
      const { status, json } = await check(wrong);
      expect([status, json.code]).toEqual([Math.floor(code / 100), code]);
      expect(rules().at(-1)).toBe(rule);
    };
    await refused(40101, 'bad-authorization', { headers: { authorization: undefined } });
    await refused(40101, 'bad-authorization', { headers: { authorization: 'Basic eA==' } });
    await refused(40102, 'bad-signature', { integrationKey: 'DIXXXXXXXXXXXXXXXXXX' });
    await refused(40103, 'bad-signature', { secretKey: 'another' });
    await refused(40103, 'bad-signature', { signedHost: 'api-00000000.duosecurity.com' });
    await refused(40104, 'bad-date', { headers: { date: undefined } });
    await refused(40104, 'bad-date', { date: new Date().toISOString() });
    await refused(40105, 'bad-date', { date: new Date(Date.now() - 301_000).toUTCString() });
    await refused(40401, 'wrong-host', { host: 'api-00000000.duosecurity.com' });
    expect(JSON.stringify(server.violations)).not.toContain(server.secretKey);
  });

  test('the signature covers the parameters', async () => {
    const wrong = { sent: 'username=bob' };
    expect((await call(server, 'POST', '/auth/v2/preauth', { username: 'ann' }, wrong)).json.code).toBe(40103);
    const json = { sent: '{"username":"bob"}', version: 5 as const };
    expect((await call(server, 'POST', '/auth/v2/preauth', { username: 'ann' }, json)).json.code).not.toBe(40103);
    expect((await call(server, 'GET', '/auth/v2/auth_status', { txid: 'a' }, { sent: 'txid=b' })).json.code).toBe(
      40103,
    );
  });

  test('keys of another application, and a clock that is off', async () => {
    await start({ application: 'admin-api' });
    expect((await check()).json.code).toBe(40301);
    await start();
    server.faults.skewClock(600_000);
    const { json, headers } = await check();
    expect(json.code).toBe(40105);
    expect(Date.parse(String(headers.date)) - Date.now()).toBeGreaterThan(590_000);
    server.faults.mend();
    expect((await check()).status).toBe(200);
  });
});

describe('what may be asked', () => {
  const auth = { username: 'ann', factor: 'push', device: 'auto', async: '1' };

  test.each<[string, string, Record<string, string>, number, string]>([
    ['nobody', '/auth/v2/preauth', {}, 40001, 'missing-parameter'],
    ['username and user_id', '/auth/v2/preauth', { username: 'ann', user_id: 'DU1' }, 40002, 'bad-parameter'],
    ['an empty username', '/auth/v2/preauth', { username: ' ' }, 40002, 'bad-parameter'],
    ['a user_id of nobody', '/auth/v2/preauth', { user_id: 'DU1' }, 40002, 'bad-parameter'],
    ['a switch that is neither', '/auth/v2/auth', { ...auth, async: 'true' }, 40002, 'bad-parameter'],
    ['no factor', '/auth/v2/auth', { username: 'ann', device: 'auto' }, 40001, 'missing-parameter'],
    ['no device', '/auth/v2/auth', { username: 'ann', factor: 'push' }, 40001, 'missing-parameter'],
    ['another factor', '/auth/v2/auth', { ...auth, factor: 'phone' }, 40002, 'bad-parameter'],
    ['a parameter of its own', '/auth/v2/auth', { ...auth, reason: 'x' }, 40002, 'unknown-parameter'],
    [
      'pushinfo of 20,000 bytes',
      '/auth/v2/auth',
      { ...auth, pushinfo: `a=${'x'.repeat(19_998)}` },
      40002,
      'bad-parameter',
    ],
    ['pushinfo that is not encoded', '/auth/v2/auth', { ...auth, pushinfo: 'a=100%' }, 40002, 'bad-parameter'],
    ['pushinfo without names', '/auth/v2/auth', { ...auth, pushinfo: 'sudo on web-1' }, 40002, 'bad-parameter'],
    ['a code nobody was given', '/auth/v2/auth', { ...auth, txid: 'x' }, 40002, 'bad-verification'],
    ['no endpoint', '/auth/v2/enrol', { username: 'ann' }, 40401, 'unknown-endpoint'],
    ['another method', '/auth/v2/check', {}, 40501, 'unknown-endpoint'],
  ])('%s is refused', async (_, path, params, code, rule) => {
    server.addUser('ann');
    const { json, status } = await call(server, 'POST', path, params);
    expect([status, json.code]).toEqual([Math.floor(code / 100), code]);
    expect(rules()).toEqual([rule]);
    expect(server.user('ann').prompts()).toEqual([]);
  });

  test('forms and JSON have their content type, and their place', async () => {
    const params = { username: 'ann' };
    const wrong = { headers: { 'content-type': 'text/plain' } };
    expect((await call(server, 'POST', '/auth/v2/preauth', params, wrong)).json.code).toBe(40106);
    const numbers = { version: 5 as const, sent: '{"username":1}' };
    expect((await call(server, 'POST', '/auth/v2/preauth', params, numbers)).json.code).toBe(40002);
    expect((await call(server, 'POST', '/auth/v2/preauth?username=ann', {})).json.code).toBe(40103);
    expect(rules()).toEqual(['bad-content-type', 'bad-parameter', 'bad-signature']);
  });

  test('a device that cannot be pushed to', async () => {
    const bob = server.addUser({ username: 'bob', devices: [{ id: 'DPTOKEN', type: 'token' }, { id: 'DP1' }] });
    expect((await call(server, 'POST', '/auth/v2/auth', { ...auth, username: 'bob', device: 'DPTOKEN' })).json).toEqual(
      {
        stat: 'FAIL',
        code: 40002,
        message: 'Invalid request parameters',
        message_detail: 'device',
      },
    );
    await push(server, 'bob', { device: 'DP1' });
    bob.changes({ devices: [{ type: 'token' }] });
    expect((await call(server, 'POST', '/auth/v2/auth', { ...auth, username: 'bob' })).text).toContain(
      'no capable device',
    );
    expect(bob.prompts()).toHaveLength(1);
  });
});

describe('who can be asked', () => {
  test('preauth says how somebody stands', async () => {
    const ann = server.addUser({ username: 'ann', aliases: ['a.smith'], devices: [{ id: 'DP1' }] });
    const ready = { result: 'auth', devices: [{ device: 'DP1', capabilities: expect.arrayContaining(['push']) }] };
    for (const name of ['ann', 'Ann', 'a.smith']) expect(await preauth(server, name)).toMatchObject(ready);
    const byId = await call(server, 'POST', '/auth/v2/preauth', { user_id: ann.userId });
    expect(byId.json.response).toMatchObject(ready);
    const result = async () => (await preauth(server, 'ann')).result;
    for (const [status, wanted] of [
      ['bypass', 'allow'],
      ['disabled', 'deny'],
      ['locked out', 'deny'],
      ['active', 'auth'],
    ] as const) {
      ann.becomes(status);
      expect(await result()).toBe(wanted);
    }
    for (const [access, wanted] of [
      ['allow', 'allow'],
      ['deny', 'deny'],
      ['prompt', 'auth'],
    ] as const) {
      ann.changes({ access });
      expect(await result()).toBe(wanted);
    }
    ann.changes({ devices: [] });
    expect(await result()).toBe('enroll');
  });

  test('the policy for new users decides about those that Duo does not know', async () => {
    for (const [policy, result] of [
      ['enroll', 'enroll'],
      ['deny', 'deny'],
      ['allow', 'allow'],
    ] as const) {
      server.setNewUsers(policy);
      expect((await preauth(server, 'nobody')).result).toBe(result);
    }
    expect(await status(server, await push(server, 'nobody'))).toMatchObject({ result: 'allow', status: 'bypass' });
  });

  test('whoever is not asked gets no push, and the status says why', async () => {
    const ann = server.addUser('ann');
    for (const [state, result, why] of [
      ['bypass', 'allow', 'bypass'],
      ['locked out', 'deny', 'locked_out'],
      ['disabled', 'deny', 'deny'],
    ] as const) {
      ann.becomes(state);
      expect(await status(server, await push(server, 'ann'))).toMatchObject({ result, status: why });
    }
    expect(ann.prompts()).toEqual([]);
  });

  test('a username is somebody once', () => {
    server.addUser({ username: 'ann', aliases: ['a'] });
    expect(() => server.addUser('A')).toThrow('"A"');
    expect(() => server.user('bob')).toThrow('"bob"');
    expect(server.user('a').username).toBe('ann');
  });
});

describe('the server itself', () => {
  test('its CA is a file until it is closed, and its port is given back', async () => {
    expect(readFileSync(server.caFile, 'utf8')).toBe(server.ca);
    const { caFile, port } = server;
    await server.close();
    await server.close();
    expect(existsSync(caFile)).toBe(false);
    server = await createDuoServer({ port });
    expect(server.port).toBe(port);
    await expect(createDuoServer({ port })).rejects.toThrow('EADDRINUSE');
  });

  test('it goes down and comes up on the same port', async () => {
    await server.faults.goDown();
    await expect(check()).rejects.toThrow('ECONNREFUSED');
    await server.faults.comeUp();
    expect((await check()).status).toBe(200);
  });

  test('another certificate', async () => {
    for (const [certificate, message] of [
      ['unknown-ca', 'certificate'],
      ['wrong-host', 'altnames'],
      ['expired', 'expired'],
    ] as const) {
      await server.faults.presentCertificate(certificate);
      await expect(check()).rejects.toThrow(message);
    }
    await server.faults.presentCertificate('own');
    expect((await check()).status).toBe(200);
  });
});
