import type { UsersListResponse } from '@slack/web-api';
import { expect, test } from 'vitest';
import { errorOf, startServer, webOf } from '../fixtures/app.js';

test('a user object has what Slack tells of a person, and the locale only where asked for', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson({
    name: 'ann',
    realName: 'Ann Lee',
    displayName: 'Annie',
    timeZone: 'Asia/Kolkata',
    locale: 'de-DE',
  });
  const { user } = await web.users.info({ user: ann.id });
  expect(user).toMatchObject({
    id: ann.id,
    team_id: server.team.id,
    name: 'ann',
    deleted: false,
    real_name: 'Ann Lee',
    tz: 'Asia/Kolkata',
    tz_label: 'India Standard Time',
    tz_offset: 19_800,
    profile: { email: 'ann@example.com', display_name: 'Annie', first_name: 'Ann', last_name: 'Lee' },
    is_bot: false,
  });
  expect(user).not.toHaveProperty('locale');
  expect((await web.users.info({ user: ann.id, include_locale: true })).user?.locale).toBe('de-DE');
});

test('what somebody is can be told: bot, guest, stranger, app user, deactivated', async () => {
  const server = await startServer();
  const web = webOf(server);
  const show = async (details: object) =>
    (await web.users.info({ user: server.addPerson({ name: 'x', ...details }).id })).user;
  expect(await show({ bot: true })).toMatchObject({ is_bot: true, profile: { bot_id: expect.any(String) } });
  expect(await show({ restricted: true })).toMatchObject({ is_restricted: true, is_ultra_restricted: false });
  expect(await show({ ultraRestricted: true })).toMatchObject({ is_ultra_restricted: true });
  expect(await show({ appUser: true })).toMatchObject({ is_app_user: true });
  const stranger = await show({ teamId: 'T0ELSEWHERE' });
  expect(stranger).toMatchObject({ is_stranger: true, team_id: 'T0ELSEWHERE' });
  expect(stranger?.profile).not.toHaveProperty('email');
  const gone = await show({ deactivated: true });
  expect(gone).toMatchObject({ deleted: true });
  expect(gone).not.toHaveProperty('tz');
  expect(await errorOf(web.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
});

test('an e-mail address finds its owner in whatever case, and nobody who was deactivated, is a bot or a stranger', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson({ name: 'ann', email: 'Ann@Corp.example' });
  server.addPerson({ name: 'gone', deactivated: true });
  server.addPerson({ name: 'otherbot', bot: true });
  server.addPerson({ name: 'eve', teamId: 'T0ELSEWHERE' });
  const find = (email: string) => web.users.lookupByEmail({ email });
  expect((await find('ann@corp.EXAMPLE')).user?.id).toBe(ann.id);
  for (const name of ['gone', 'otherbot', 'eve', 'nobody']) {
    expect(await errorOf(find(`${name}@example.com`))).toBe('users_not_found');
  }
  ann.changes({ email: 'ann.lee@corp.example' });
  expect(await errorOf(find('ann@corp.example'))).toBe('users_not_found');
  expect((await find('ann.lee@corp.example')).user?.id).toBe(ann.id);
});

test('e-mail addresses are shown only with their scope', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  server.faults.removeScope('users:read.email');
  expect((await web.users.info({ user: ann.id })).user?.profile).not.toHaveProperty('email');
  expect(await errorOf(web.users.lookupByEmail({ email: 'ann@example.com' }))).toBe('missing_scope');
});

test('users.list gives everybody, page by page; Slackbot and the bot itself are among them', async () => {
  const server = await startServer();
  const web = webOf(server);
  server.addPeople(8);
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await web.users.list({ limit: 4, ...(cursor && { cursor }) });
    pages.push((answer.members ?? []).map(({ name }) => name ?? ''));
    cursor = answer.response_metadata?.next_cursor;
  } while (cursor);
  expect(pages).toEqual([
    ['slackbot', 'securitybot', 'person1', 'person2'],
    ['person3', 'person4', 'person5', 'person6'],
    ['person7', 'person8'],
  ]);
  expect(server.violations).toEqual([]);
});

test('users.list wants a limit of at most 1,000, and a cursor that it gave out', async () => {
  const server = await startServer();
  const web = webOf(server);
  expect((await web.users.list({})).members).toHaveLength(2);
  server.addPeople(1500);
  expect(await errorOf(web.users.list({}))).toBe('limit_required');
  expect((await web.users.list({ limit: 5000 })).members).toHaveLength(1000);
  expect(server.violations.map(({ rule }) => rule)).toEqual([
    'unpaginated',
    'unpaginated',
    'refused-arguments',
    'unpaginated',
  ]);
  expect(await errorOf(web.users.list({ limit: 10, cursor: 'made up' }))).toBe('invalid_cursor');
  expect(await errorOf(web.users.list({ limit: -1 }))).toBe('invalid_limit');
});

test('50,000 people are listed in 51 calls', async () => {
  const server = await startServer({ limits: false });
  const web = webOf(server);
  server.addPeople(50_000);
  let found = 0;
  for await (const { members } of web.paginate('users.list', { limit: 999 }) as AsyncIterable<UsersListResponse>) {
    found += members?.length ?? 0;
  }
  expect(found).toBe(50_002);
  expect(server.callsOf('users.list')).toHaveLength(51);
  expect(server.person('person50000@example.com').name).toBe('person50000');
});
