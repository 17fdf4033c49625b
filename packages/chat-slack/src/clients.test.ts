import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createSlackClients } from './clients.js';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

afterEach(() => desk.close());

/** A proxy that lets everything through, and remembers where to. */
async function createProxy() {
  const tunnels: string[] = [];
  const server = createServer();
  server.on('connect', ({ url = '' }, client, head) => {
    tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    for (const stream of [client, target]) stream.on('error', () => stream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, tunnels, close: () => server.close() };
}

describe('the clients', () => {
  test('speak to Slack through a proxy, calls and connections alike', async () => {
    desk = await createDesk();
    const { slack, another } = desk;
    const proxy = await createProxy();
    const ann = slack.addPerson('ann');
    const chat = another({ proxy: proxy.url });
    const events: unknown[] = [];
    await chat.start(async (event) => void events.push(event));
    await ann.types('yes').acknowledged;
    await chat.send({ user: ann.id }, { key: 'k', nodes: [{ type: 'text', text: 'thank you' }] });
    expect(events).toHaveLength(1);
    expect(ann.reads()).toHaveLength(1);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`127.0.0.1:${slack.port}`]));
    await chat.stop();
    proxy.close();
  });

  test('make each call once, report a limit instead of waiting for it, and keep quiet', async () => {
    desk = await createDesk();
    const { slack } = desk;
    const log: string[] = [];
    const { web } = createSlackClients({
      botToken: slack.botToken,
      appToken: slack.appToken,
      apiUrl: slack.url,
      log: (level, message) => log.push(`${level} ${message}`),
    });
    slack.faults.rateLimit({ retryAfter: 30 });
    await expect(web.apiCall('auth.test')).rejects.toMatchObject({ retryAfter: 30 });
    slack.faults.answer(503, { times: 2 });
    for (let time = 0; time < 2; time += 1) await expect(web.apiCall('auth.test')).rejects.toThrow('503');
    await slack.faults.goDown();
    for (let time = 0; time < 5; time += 1) await expect(web.apiCall('auth.test')).rejects.toThrow('fetch failed');
    expect(slack.calls).toHaveLength(3);
    expect(log).toEqual(['info slack: the client says: http request failed fetch failed']);
  });

  test('without a token are refused with the way out', async () => {
    desk = await createDesk();
    const refused = (botToken: string, appToken: string) => () => createSlackClients({ botToken, appToken });
    expect(refused('', 'xapp-1')).toThrow(/^slack: the bot token is empty\. It begins with xoxb-\.$/);
    expect(refused('xoxb-1', '')).toThrow(/^slack: the app-level token is empty\. It begins with xapp-\.$/);
  });
});
