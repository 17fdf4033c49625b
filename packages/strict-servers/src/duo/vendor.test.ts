import https from 'node:https';
import { Client } from '@duosecurity/duo_api';
import constants from '@duosecurity/duo_api/lib/constants.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDuoServer } from './server.js';
import type { DuoServer } from './types.js';

// The vendor's own client, as it comes. It knows no port and no CA but Duo's, so these two are set around it.
const { DUO_PINNED_CERT } = constants;
const { globalAgent } = https;
let server: DuoServer;

beforeEach(async () => {
  server = await createDuoServer();
  constants.DUO_PINNED_CERT = server.ca;
  https.globalAgent = Object.assign(new https.Agent(), { defaultPort: server.port });
});
afterEach(async () => {
  await server.close();
  constants.DUO_PINNED_CERT = DUO_PINNED_CERT;
  https.globalAgent = globalAgent;
});

type Json = { readonly stat: string; readonly code?: number; readonly response: Record<string, unknown> };

function ask(client: Client, method: string, path: string, params: Record<string, string> = {}): Promise<Json> {
  return new Promise((resolve) => client.jsonApiCall(method, path, params, (answer) => resolve(answer as Json)));
}

describe.each([2, 5] as const)('the vendor’s client, signature version %s', (version) => {
  const client = (secretKey = server.secretKey) => new Client(server.integrationKey, secretKey, 'localhost', version);

  test('pushes, and hears how it ended', async () => {
    const ann = server.addUser('ann');
    const duo = client();
    expect((await ask(duo, 'GET', '/auth/v2/check')).stat).toBe('OK');
    expect((await ask(duo, 'POST', '/auth/v2/preauth', { username: 'ann' })).response.result).toBe('auth');
    const params = { username: 'ann', factor: 'push', device: 'auto', async: '1', pushinfo: "a=it's%20(ann)!" };
    const { txid } = (await ask(duo, 'POST', '/auth/v2/auth', params)).response as { txid: string };
    expect((await ann.approves()).info).toEqual([{ label: 'a', text: "it's (ann)!" }]);
    expect((await ask(duo, 'GET', '/auth/v2/auth_status', { txid })).response).toMatchObject({ status: 'allow' });
    expect(server.violations).toEqual([]);
  });

  test('is refused with another secret key', async () => {
    expect(await ask(client('another'), 'POST', '/auth/v2/preauth', { username: 'ann' })).toMatchObject({
      code: 40103,
    });
  });

  test('asks again by itself after 429', async () => {
    server.faults.rateLimit();
    expect((await ask(client(), 'GET', '/auth/v2/check')).stat).toBe('OK');
    expect(server.calls.map(({ status }) => status)).toEqual([429, 200]);
  });
});
