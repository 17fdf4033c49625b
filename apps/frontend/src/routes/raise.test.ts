import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { type Alert, type AlertPage, type Raised, RaisedMany } from '../contract/alerts.js';
import { openMemory } from '../fixtures/memory.js';
import { type Client, serve } from '../fixtures/serve.js';

const HOSTILE =
  "\u001b[2J\u0007\u009b31m\u202e<!channel> <script>alert(1)</script>\r\n -- \u0000\u2066 '; drop table alerts";
/** Control characters but line feeds, and what turns the direction of writing. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u;
const ID = 'ab'.repeat(32);

const raise = (client: Client, body: unknown) => client('/api/alerts', { method: 'POST', body });

await forEachEngine(({ open }) => {
  test('an alert is new once, by its id, or by what it says with a time', async () => {
    const client = await (await serve(await open())).as('ingest');
    const alert = { username: 'ann', title: 'sudo', id: ID.toUpperCase(), severity: 'high' };
    const first = await raise(client, alert);
    expect([first.status, first.json()]).toEqual([201, { id: ID, created: true }]);
    const again = await raise(client, { ...alert, title: 'other' });
    expect([again.status, again.json()]).toEqual([200, { id: ID, created: false }]);

    const timed = { username: 'ann', title: 'sudo', event_time: '2026-11-24T09:30:00Z' };
    const ids = [await raise(client, timed), await raise(client, timed)].map((each) => each.json<Raised>());
    expect(ids).toEqual([
      { id: ids[0]?.id, created: true },
      { id: ids[0]?.id, created: false },
    ]);
    const untimed = { username: 'ann', title: 'sudo' };
    expect((await raise(client, untimed)).json<Raised>().created).toBe(true);
    expect((await raise(client, untimed)).json<Raised>().created).toBe(true);
  });

  test('whoever asks people is told of new alerts, and only of new ones', async () => {
    let told = 0;
    const { as } = await serve(await open(), { onRaised: () => (told += 1) });
    const client = await as('ingest');
    const alert = { username: 'ann', title: 'sudo', id: ID };
    await raise(client, alert);
    expect(told).toBe(1);
    await raise(client, alert);
    await raise(client, [alert, { username: ' ' }]);
    expect(told).toBe(1);
    await raise(client, [alert, { username: 'ann', title: 'other' }]);
    expect(told).toBe(2);
  });

  test('of a list each is answered for itself', async () => {
    const database = await open();
    const { as } = await serve(database);
    const rows = [
      { username: 'ann', title: 'sudo', id: ID },
      { username: ' ', title: 'sudo', severity: 'awful' },
      { username: 'ann', title: 'sudo', id: ID },
      'ann',
      { username: 'bob', title: 'x', event_time: 'yesterday' },
      { username: 'bob', title: 'x', colour: 'red' },
      ...Array.from({ length: 20 }, (_, n) => ({ username: `login${n}`, title: 'many' })),
    ];
    const { results } = RaisedMany.parse((await raise(await as('ingest'), rows)).json());
    expect(results).toHaveLength(rows.length);
    const fields = (n: number) => (results[n] as { errors: { field: string }[] }).errors.map(({ field }) => field);
    // Which of two that are the same is the new one, is left open.
    expect([results[0], results[2]].toSorted()).toEqual(
      expect.arrayContaining([
        { id: ID, created: true },
        { id: ID, created: false },
      ]),
    );
    expect(fields(1)).toEqual(['username', 'severity']);
    expect(fields(3)).toEqual(['']);
    expect(fields(4)).toEqual(['event_time']);
    expect(fields(5)).toEqual(['colour']);
    const { alerts } = (await (await as('viewer'))('/api/alerts?titles=many')).json<AlertPage>();
    expect(alerts).toHaveLength(20);
  });

  test('hostile text in every field is text, and a formula in none', async () => {
    const { as } = await serve(await open());
    const client = await as('admin');
    for (const [n, text] of [HOSTILE, `=${HOSTILE}`, `\t@${HOSTILE}`].entries()) {
      const fields = { username: text, title: text, description: text, reason: text, url: text };
      expect((await raise(client, { ...fields, id: `${n}`.padStart(64, '0') })).status).toBe(201);
      const put = await client('/api/blacklist', { method: 'PUT', body: { username: text, reason: text } });
      expect(put.status).toBe(200);
    }
    const listed = await client('/api/alerts?order=oldest');
    expect(listed.headers.get('content-type')).toBe('application/json');
    const { alerts } = listed.json<{ alerts: Alert[] }>();
    expect(alerts).toHaveLength(3);
    for (const alert of alerts)
      for (const text of [alert.title, alert.reason, alert.url]) expect(text).toContain('<script>');
    for (const list of ['alerts', 'blacklist', 'ignored']) {
      const { text } = await client(`/api/${list}?format=csv`);
      expect(text.replaceAll('\r\n', '\n')).not.toMatch(UNPRINTABLE);
      expect(text).not.toMatch(/(^|,)"?\s*[=@]/m);
    }
    expect((await client(`/api/alerts?search=${encodeURIComponent(HOSTILE)}`)).status).toBe(200);
    expect((await client(`/api/alerts?titles=${encodeURIComponent(HOSTILE)}`)).json<AlertPage>().alerts).toHaveLength(
      1,
    );
    expect((await client('/api/audit')).json<{ entries: unknown[] }>().entries).toHaveLength(6);
  });
});

test.each([
  [{}, ['username', 'title']],
  [{ username: 'ann', title: 7 }, ['title']],
  [{ username: 'ann', title: 'x', id: 'xyz' }, ['id']],
  [{ username: 'ann', title: 'x', severity: 'awful' }, ['severity']],
  [{ username: 'ann', title: 'x', event_time: '2026-02-31' }, ['event_time']],
  [{ username: 'x'.repeat(1001), title: 'x' }, ['username']],
  [null, ['']],
  ['"text"', ['']],
])('%j is refused, and the fields named', async (body, fields) => {
  const client = await (await serve(await openMemory())).as('ingest');
  const { status, json } = await raise(client, body);
  expect(status).toBe(400);
  expect(json<{ errors: { field: string }[] }>().errors.map(({ field }) => field)).toEqual(fields);
});

test('what is wrong is said in words that tell what to send', async () => {
  const admin = await (await serve(await openMemory())).as('admin');
  const said = async (path: string, ask: Parameters<typeof admin>[1] = {}) => {
    const { detail } = (await admin(path, ask)).json<{ detail: string }>();
    expect(detail).not.toMatch(/undefined|Invalid|expected|Unsupported|Malformed/);
    return detail;
  };
  expect(await said('/api/alerts?username=ann')).toMatch(
    /^username is not known here; did you mean usernames\? There are usernames, titles, /,
  );
  expect(await said('/api/alerts?title=sudo')).toContain('; did you mean titles? There are ');
  expect(await said('/api/alerts?colour=red')).toContain('colour is not known here; there are usernames, ');
  expect(await said('/api/alerts?limit=many')).toBe('limit is not a whole number.');
  expect(await said('/api/alerts/xyz')).toBe('id is not 64 lower-case hex digits.');
  expect(await said('/api/alerts?performed=maybe')).toBe('performed is none of true, false.');
  expect(await said('/api/alerts?after=yesterday')).toMatch(/^after is no time; write ISO 8601 such as /);
  for (const twice of ['verdict=confirmed&verdict=escalated', 'limit=1&limit=2', 'after=-1d&after=-2d']) {
    expect(await said(`/api/alerts?${twice}`)).toBe(`${twice.split('=')[0]} has several values; give it once.`);
  }
  for (const list of ['alerts', 'audit']) {
    expect(await said(`/api/${list}?cursor=x!`)).toBe("cursor is none of this list's; take `next` of the page before.");
  }
  expect(await said('/api/alerts?cursor=x')).toMatch(/^the cursor is none of this list's; /);
  expect(await said('/api/alerts?columns=id')).toMatch(/^columns is for csv and ndjson/);
  expect(await said('/api/alerts?limit=2000000&format=csv')).toBe('limit is more than 1000000, which is the most.');
  const post = (body: unknown, headers = {}) => said('/api/alerts', { method: 'POST', body, headers });
  expect(await post({ title: 5 })).toBe('username is missing; send a text. title is not a text.');
  expect(await post({ username: 'ann', title: 'x', severity: 'bad' })).toBe(
    'severity is none of low, medium, high, critical.',
  );
  expect(await post({ username: 'ann', title: 'x', user: 1 })).toMatch(/^user is not known here; there are username, /);
  expect(await post('{"username":')).toMatch(/^The body is no JSON/);
  expect(await post({ username: 'ann', title: ['sudo', 'su'] })).toBe('title has several values; give it once.');
  expect(await post('a=1', { 'content-type': 'text/plain' })).toContain('Content-Type: application/json');
});
