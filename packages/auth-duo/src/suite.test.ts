import assert from 'node:assert/strict';
import { createDuoServer, type DuoUserStatus } from '@securitybot/strict-servers';
import { testAuth } from '@securitybot/testing';
import { createDuoAuth } from './auth.js';

const STATUS: Readonly<Record<'bypassed' | 'locked-out', DuoUserStatus>> = {
  bypassed: 'bypass',
  'locked-out': 'locked out',
};
const ALWAYS = { times: Number.POSITIVE_INFINITY };

testAuth({
  name: 'duo',
  async create() {
    const server = await createDuoServer();
    for (const name of ['ann', 'bob']) server.addUser(name);
    server.addUser({ username: 'tom', devices: [{ type: 'token' }] });
    server.addUser({ username: 'liz', status: 'locked out' });
    server.addUser({ username: 'ben', status: 'bypass' });
    const { integrationKey, secretKey, host, ca, faults } = server;
    const create = () => createDuoAuth({ integrationKey, secretKey, host, ca, timeoutMs: 3000, longPollMs: 1000 });
    return {
      auth: create(),
      ready: 'ann',
      other: 'bob',
      hindered: { 'not-enrolled': 'nobody', 'no-device': 'tom', 'locked-out': 'liz', bypassed: 'ben' },
      approve: async (name) => void (await server.user(name).approves()),
      deny: async (name) => void (await server.user(name).denies()),
      fraud: async (name) => void (await server.user(name).reportsFraud()),
      expire: async (name) => void (await server.user(name).letsExpire()),
      prompts: (name) =>
        name === 'nobody'
          ? []
          : server
              .user(name)
              .prompts()
              .map(({ info }) => ({ reason: info[0]?.text ?? '' })),
      restart: create,
      becomes: (name, hindrance) => server.user(name).becomes(STATUS[hindrance]),
      fail(code) {
        if (code === 'RATE_LIMITED') faults.rateLimit(ALWAYS);
        else if (code === 'BAD_CREDENTIALS') faults.refuse(40103, ALWAYS);
        else faults.answer(503, ALWAYS);
      },
      mend: () => faults.mend(),
      loseAnswers: () => faults.answer('reset', { ...ALWAYS, path: '/auth/v2/auth', done: true }),
      forgetsIds:
        'Duo keeps none of our ids, and the plugin has no store: only the process that sent a push knows its id',
      async close() {
        const { violations } = server;
        await server.close();
        assert.deepEqual(violations, []);
      },
    };
  },
});
