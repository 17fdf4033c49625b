import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createZulipServer, type ZulipServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createZulipChat } from './chat.js';
import { checkZulip } from './check.js';
import { networkError } from './errors.js';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk | undefined;

afterEach(async () => {
  await desk?.close();
  desk = undefined;
});

/** What `doctor` says, and what `start` throws. */
async function problems(reportingChannel?: string, options: ZulipServerOptions = {}) {
  desk ??= await createDesk(options);
  const { zulip, another } = desk;
  const room = reportingChannel === undefined ? {} : { reportingChannel };
  const found = await checkZulip({ site: zulip.url, email: zulip.email, apiKey: zulip.apiKey, ...room });
  const chat = another(room);
  const thrown = await chat
    .start(async () => {})
    .then(
      () => undefined,
      (error) => error,
    );
  await chat.stop();
  const messages = found.flatMap(({ level, text }) => (level === 'ok' ? [] : [`zulip: ${text}`]));
  return { found, messages, thrown };
}

describe('the set-up', () => {
  test('where all is well has no problems, registers no queue, and is four calls', async () => {
    desk = await createDesk();
    const { zulip } = desk;
    const { id } = zulip.addChannel('security');
    const connection = { site: `${zulip.url}/`, email: zulip.email, apiKey: zulip.apiKey };
    for (const reportingChannel of ['security>alerts', '#Security', `${id}>alerts`]) {
      expect(await checkZulip({ ...connection, reportingChannel })).toEqual([
        { level: 'ok', text: `it takes the key, and the bot sees ${reportingChannel}` },
      ]);
    }
    expect(zulip.calls).toHaveLength(4 + 4 + 3);
    expect(zulip.queues()).toBe(0);
    expect(zulip.violations).toEqual([]);
  });

  test.each([
    ['a key', 'key', /Invalid API key\. Copy/],
    ['an account', 'account', /Account is deactivated\. The bot was deactivated/],
    ['an organization', 'organization', /has been deactivated/],
  ] as const)('with %s that is no good', async (_, what, words) => {
    desk = await createDesk();
    desk.zulip.faults.revoke(what);
    const { found, messages, thrown } = await problems('security');
    expect(found).toMatchObject([{ level: 'fail', code: 'BAD_CREDENTIALS' }]);
    expect(messages[0]).toMatch(words);
    expect(messages[0]).not.toContain(desk.zulip.apiKey);
    expect(thrown).toMatchObject({ code: 'BAD_CREDENTIALS', message: messages[0] });
  });

  test('with the key of a person, or of a bot that cannot listen', async () => {
    expect((await problems(undefined, { botType: null })).messages).toEqual([expect.stringContaining('generic bot')]);
    await desk?.close();
    desk = undefined;
    const { found, messages } = await problems(undefined, { botType: 2 });
    expect(found).toMatchObject([{ level: 'fail', code: 'BAD_CREDENTIALS' }]);
    expect(messages[0]).toContain('generic bot');
  });

  test('with a server that is too old', async () => {
    const { found, messages, thrown } = await problems(undefined, { featureLevel: 301 });
    expect(found).toMatchObject([{ code: 'REJECTED' }]);
    expect(messages).toEqual([expect.stringContaining('Upgrade it to 10.0')]);
    expect(thrown).toMatchObject({ code: 'REJECTED' });
  });

  test('with a reporting channel that is not there, without the bot, archived, or none', async () => {
    desk = await createDesk();
    const { zulip } = desk;
    zulip.addChannel({ name: 'secret', private: true });
    zulip.addChannel({ name: 'old', archived: true });
    const cases = [
      ['nowhere>alerts', /"nowhere" is not there, or is private and without the bot/],
      ['secret', /"secret" is not there, or is private/],
      ['4711', /4711 is not there/],
      ['old', /"old" is archived\. Take it out/],
      ['', /names no channel/],
    ] as const;
    for (const [room, words] of cases) {
      const { found, messages, thrown } = await problems(room);
      expect(found).toMatchObject([{ code: 'REJECTED' }]);
      expect(messages[0]).toMatch(words);
      expect(thrown).toMatchObject({ code: 'REJECTED', message: messages[0] });
    }
  });

  test('that cannot be told as Zulip is away is a passing problem, and no reason not to start', async () => {
    desk = await createDesk();
    desk.zulip.faults.answer(503, { times: 2 });
    const { found, thrown } = await problems();
    expect(found).toMatchObject([{ code: 'UNAVAILABLE' }]);
    expect(thrown).toBeUndefined();
    expect(desk.log).toEqual([expect.stringMatching(/^warn .*HTTP 503/)]);
  });
});

describe('the connection', () => {
  const good = { site: 'https://example.zulipchat.com', email: 'bot@example.zulipchat.com', apiKey: 'k' };

  test.each([
    [{ site: 'example.zulipchat.com' }, 'is no address'],
    [{ site: 'http://example.zulipchat.com' }, 'is not https'],
    [{ site: 'ftp://example.zulipchat.com' }, 'is not https'],
    [{ site: 'https://me:secret@example.zulipchat.com' }, 'more than an address'],
    [{ site: 'https://example.zulipchat.com/?a=1' }, 'more than an address'],
    [{ email: 'securitybot' }, 'e-mail address is none'],
    [{ email: 'a:b@example.com' }, 'e-mail address is none'],
    [{ apiKey: '' }, 'API key is empty'],
    [{ apiKey: 'two words' }, 'holds blanks'],
  ])('%j is refused', async (wrong, words) => {
    const code = 'BAD_CREDENTIALS';
    const text = expect.stringContaining(words);
    expect(() => createZulipChat({ ...good, ...wrong })).toThrow(expect.objectContaining({ code, message: text }));
    expect(await checkZulip({ ...good, ...wrong })).toEqual([{ level: 'fail', code, text }]);
    expect(JSON.stringify(await checkZulip({ ...good, ...wrong }))).not.toContain('secret');
  });

  test('by TLS needs an authority that is known, or named', async () => {
    const zulip = await createZulipServer({ tls: true });
    const { url: site, email, apiKey, ca = '' } = zulip;
    expect(await checkZulip({ site, email, apiKey, ca })).toEqual([{ level: 'ok', text: 'it takes the key' }]);
    const [problem] = await checkZulip({ site, email, apiKey });
    expect(problem).toMatchObject({
      code: 'UNAVAILABLE',
      text: expect.stringMatching(/no answer \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\).*certificate\./),
    });
    const chat = createZulipChat({ site, email, apiKey, ca });
    const ann = zulip.addPerson('ann');
    const heard = new Promise((resolve) => void chat.start(async ({ user }) => resolve(user)));
    ann.types('yes');
    expect(await heard).toBe(String(ann.id));
    await chat.stop();
    await zulip.close();
  });

  test('where nothing listens says so, and nothing of a proxy where there is none', async () => {
    const zulip = await createZulipServer();
    const { url, email, apiKey } = zulip;
    await zulip.close();
    const words = 'no answer (ECONNREFUSED). Check the network, the site and its certificate.';
    for (const site of [url, url.replace('127.0.0.1', 'localhost')]) {
      const [problem] = await checkZulip({ site, email, apiKey });
      expect(problem).toMatchObject({ code: 'UNAVAILABLE', text: `GET /server_settings: ${words}` });
    }
    // A port that fetch uses for nobody.
    const [problem] = await checkZulip({ site: 'http://127.0.0.1:1', email, apiKey });
    expect(problem?.text).toContain('no answer (bad port).');
  });

  test('of a name with several addresses says why the first failed', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:9'), { code: 'ECONNREFUSED' });
    const cause = new AggregateError([refused, new Error('another')]);
    const error = networkError('GET /server_settings', new TypeError('fetch failed', { cause }));
    expect(error).toMatchObject({ notSent: true, message: expect.stringContaining('(ECONNREFUSED)') });
  });

  test('by a proxy', async () => {
    const zulip = await createZulipServer();
    const { url: site, email, apiKey } = zulip;
    const seen: string[] = [];
    const proxy = createProxy((target) => seen.push(target));
    const { port } = await proxy.listening;
    expect(await checkZulip({ site, email, apiKey, proxy: `http://127.0.0.1:${port}` })).toMatchObject([
      { level: 'ok' },
    ]);
    expect(seen[0]).toBe(site.replace('http://', ''));
    proxy.close();
    const [away] = await checkZulip({ site, email, apiKey, proxy: `http://127.0.0.1:${port}` });
    expect(away?.text).toMatch(
      /no answer \(ECONNREFUSED\)\. Check the network, the proxy, the site and its certificate\.$/,
    );
    await zulip.close();
  });
});

/** A proxy that tunnels, and tells to where. */
function createProxy(onConnect: (target: string) => void) {
  const server = createServer();
  const sockets = new Set<Duplex>();
  server.on('connect', (request, socket) => {
    onConnect(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const through = connect(Number(port), host, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    sockets.add(socket).add(through);
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
    through.pipe(socket).pipe(through);
  });
  return {
    listening: once(server.listen(0, '127.0.0.1'), 'listening').then(() => server.address() as AddressInfo),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
