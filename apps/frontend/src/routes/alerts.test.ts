import { createHash } from 'node:crypto';
import { ALERT_COLUMNS } from '@securitybot/formats';
import type { SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { Alert, AlertPage, AlertStory } from '../contract/alerts.js';
import { serve } from '../fixtures/serve.js';

const hash = (seed: string) => createHash('sha256').update(seed).digest();
const id = (seed: string) => hash(seed).toString('hex');

async function add({ db }: SqlDatabase, seed: string, more: { status?: number; ldap?: string; second?: number } = {}) {
  const { status = 0, ldap = 'ann', second = 0 } = more;
  const event_time = `2026-03-02 10:00:0${second}`;
  const texts = { title: 'sudo', description: '=1+1', reason: 'r', url: 'https://a.example' };
  await db
    .insertInto('alerts')
    .values({ hash: hash(seed), ldap, event_time, ...texts })
    .execute();
  await db
    .insertInto('user_responses')
    .values({ hash: hash(seed), comment: '', performed: false, authenticated: false })
    .execute();
  await db
    .insertInto('alert_status')
    .values({ hash: hash(seed), status })
    .execute();
}

test('an alert has the columns of the command line', () => {
  expect(Object.keys(Alert.shape)).toEqual(ALERT_COLUMNS);
});

await forEachEngine(({ open }) => {
  test('a list, by filters, page by page', async () => {
    const database = await open();
    const get = await (await serve(database)).as('viewer');
    for (let n = 0; n < 5; n += 1)
      await add(database, `${n}`, { second: n, status: n % 2 === 0 ? 0 : 2, ldap: n < 3 ? 'ann' : 'bob' });

    const first = AlertPage.parse((await get('/api/alerts?limit=3')).json());
    expect(first.alerts.map((alert) => alert.id)).toEqual(['4', '3', '2'].map(id));
    const second = AlertPage.parse((await get(`/api/alerts?limit=3&cursor=${first.next}`)).json());
    expect(second.alerts.map((alert) => alert.id)).toEqual(['1', '0'].map(id));
    expect(second.next).toBeNull();

    const found = async (query: string) =>
      (await get(`/api/alerts?order=oldest&${query}`)).json<AlertPage>().alerts.map((alert) => alert.id);
    expect(await found('usernames=BOB')).toEqual(['3', '4'].map(id));
    expect(await found('usernames=bob&usernames=ann&status=done')).toEqual(['1', '3'].map(id));
    expect(await found('usernames=bob,%20ann,&status=done')).toEqual(['1', '3'].map(id));
    expect(await found('titles=su,sudo&usernames=bob')).toEqual(['3', '4'].map(id));
    const many = Array.from({ length: 80 }, (_, n) => `somebody.else.${n}`);
    expect(await found(`usernames=${[...many, 'bob'].join(',')}`)).toEqual(['3', '4'].map(id));
    // The + of a zone as it comes where nobody wrote %2B.
    expect(await found('after=2026-03-02T12:00:03+02:00')).toEqual(['3', '4'].map(id));
    expect(await found('after=2026-03-02+10:00:03')).toEqual(['3', '4'].map(id));
    expect(await found('cursor=&usernames=bob')).toEqual(['3', '4'].map(id));
    expect(await found('status=0&before=2026-03-02T10:00:02Z')).toEqual(['0'].map(id));
    expect(await found('search=bob%20sudo')).toEqual(['3', '4'].map(id));
    expect(await found('authenticated=true')).toEqual([]);
  });

  test('a title that holds a comma is found by all of it', async () => {
    const client = await (await serve(await open())).as('admin');
    const title = 'Failed login, then sudo';
    for (const each of [title, 'failed login', 'other']) {
      await client('/api/alerts', { method: 'POST', body: { username: 'ann', title: each } });
    }
    const { alerts } = (await client(`/api/alerts?titles=${encodeURIComponent(title)}`)).json<AlertPage>();
    expect(alerts.map((alert) => alert.title).toSorted()).toEqual([title, 'failed login']);
  });

  test('as a file', async () => {
    const database = await open();
    const get = await (await serve(database)).as('viewer');
    await add(database, '1');
    const csv = await get('/api/alerts?columns=username,description', { headers: { accept: 'text/csv' } });
    expect(csv.text).toBe("username,description\r\nann,'=1+1\r\n");
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="alerts.csv"');
    const lines = await get('/api/alerts?format=ndjson');
    expect(Alert.parse(JSON.parse(lines.text)).description).toBe('=1+1');
  });

  test.each(['json', 'csv', 'ndjson'])('%s says where the list goes on, until it does not', async (format) => {
    const database = await open();
    const get = await (await serve(database)).as('viewer');
    for (let n = 0; n < 5; n += 1) await add(database, `${n}`, { second: n });
    const found: string[] = [];
    let pages = 0;
    let path: string | undefined = `/api/alerts?limit=2&usernames=ann&format=${format}&order=oldest`;
    while (path !== undefined) {
      const { headers, text }: Awaited<ReturnType<typeof get>> = await get(path);
      found.push(...(text.match(/\b[0-9a-f]{64}\b/g) ?? []));
      pages += 1;
      const link = headers.get('link');
      path = link === null ? undefined : /^<(\/api\/alerts\?[^>]+)>; rel="next"$/.exec(link)?.[1];
      expect(path === undefined).toBe(link === null);
    }
    expect(found).toEqual(['0', '1', '2', '3', '4'].map(id));
    expect(pages).toBe(3);
  });

  test('one, and its story', async () => {
    const database = await open();
    const get = await (await serve(database)).as('viewer');
    await add(database, '1');
    const story = AlertStory.parse((await get(`/api/alerts/${id('1')}`)).json());
    expect(story).toMatchObject({
      id: id('1'),
      status: 'open',
      performed: false,
      story: [],
      answer: null,
      pushes: 0,
      treated_as: null,
    });
    expect(await get(`/api/alerts/${id('2')}`)).toMatchObject({ status: 404 });
  });

  test('lists of mutes and opt-outs', async () => {
    const get = await (await serve(await open())).as('viewer');
    expect((await get('/api/ignored')).json()).toEqual({ ignored: [] });
    expect((await get('/api/blacklist?format=csv')).text).toBe('username,since,reason\r\n');
  });
});

await forEachEngine(({ open }) => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1e3', 'limit'],
    ['after=yesterday', 'after'],
    ['status=broken', 'status'],
    ['titel=sudo', 'titel'],
    ['cursor=x', 'cursor'],
    ['cursor=x&format=csv', 'cursor'],
    ['columns=id,password', 'columns.1'],
    ['columns=id', 'columns'],
    ['performed=maybe', 'performed'],
    ['usernames=,', 'usernames.0'],
    ['titles=', 'titles.0'],
    ['order=newest&order=oldest', 'order'],
  ])('%s is refused, and the field named', async (query, field) => {
    const answer = await (await (await serve(await open())).as('viewer'))(`/api/alerts?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining(field), errors: [{ field }] });
  });
});
