import { expect, test } from 'vitest';
import { errorOf, startServer, webOf } from '../fixtures/app.js';

test('conversations.open opens direct messages once, and says when they were open', async () => {
  const server = await startServer();
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const first = await web.conversations.open({ users: ann.id });
  expect(first.channel?.id).toMatch(/^D/);
  expect(first).not.toHaveProperty('already_open');
  expect(await web.conversations.open({ users: ann.id })).toMatchObject({
    already_open: true,
    channel: { id: ann.dm() },
  });
  expect((await web.conversations.open({ users: ann.id, return_im: true })).channel).toMatchObject({
    user: ann.id,
    is_im: true,
  });
});

test('conversations.open says whom it cannot be opened with', async () => {
  const server = await startServer();
  const web = webOf(server);
  const open = (users: string) => errorOf(web.conversations.open({ users }));
  expect(await open('U0NOBODY')).toBe('user_not_found');
  expect(await open(server.addPerson({ name: 'gone', deactivated: true }).id)).toBe('user_disabled');
  expect(await open(server.addPerson({ name: 'otherbot', bot: true }).id)).toBe('cannot_dm_bot');
  expect(await open('')).toBe('users_list_not_supplied');
  server.faults.removeScope('im:write');
  expect(await open(server.addPerson('ann').id)).toBe('missing_scope');
});

test('conversations.info says whether the bot is a member, and keeps private channels of others secret', async () => {
  const server = await startServer();
  const web = webOf(server);
  const security = server.addChannel('security');
  const secret = server.addChannel({ name: 'secret', private: true, botIsMember: false });
  const info = async (channel: string) => (await web.conversations.info({ channel })).channel;
  expect(await info(security.id)).toMatchObject({
    name: 'security',
    is_member: true,
    is_private: false,
    is_archived: false,
  });
  security.removesBot();
  security.archive();
  security.rename('sec');
  expect(await info(security.id)).toMatchObject({ name: 'sec', is_member: false, is_archived: true });
  expect(await errorOf(info(secret.id))).toBe('channel_not_found');
  secret.invitesBot();
  expect(await info(secret.id)).toMatchObject({ is_private: true, is_group: true, is_member: true });
  expect(await errorOf(info('C0NOWHERE'))).toBe('channel_not_found');
});

test('each kind of conversation has its own scope', async () => {
  const server = await startServer();
  const web = webOf(server);
  const [open, secret] = [server.addChannel('open'), server.addChannel({ name: 'secret', private: true })];
  server.faults.removeScope('groups:read');
  expect(await errorOf(web.conversations.info({ channel: open.id }))).toBe('ok');
  await expect(web.conversations.info({ channel: secret.id })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'groups:read' },
  });
  await expect(web.conversations.list({ types: 'public_channel,private_channel', limit: 10 })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'channels:read,groups:read' },
  });
});

test('conversations.list and users.conversations show what the bot may see, by kind and page by page', async () => {
  const server = await startServer();
  const web = webOf(server);
  server.addChannel('a');
  server.addChannel({ name: 'b', botIsMember: false });
  server.addChannel({ name: 'c', private: true });
  server.addChannel({ name: 'd', private: true, botIsMember: false });
  server.addChannel({ name: 'e', archived: true });
  const names = (answer: { channels?: { name?: string }[] }) => answer.channels?.map(({ name }) => name);
  const types = 'public_channel,private_channel';
  expect(names(await web.conversations.list({ limit: 100 }))).toEqual(['a', 'b', 'e']);
  expect(names(await web.conversations.list({ types, exclude_archived: true, limit: 100 }))).toEqual(['a', 'b', 'c']);
  expect(names(await web.users.conversations({ types, limit: 100 }))).toEqual(['a', 'c', 'e']);
  const first = await web.conversations.list({ types, limit: 3 });
  expect(names(first)).toEqual(['a', 'b', 'c']);
  const cursor = first.response_metadata?.next_cursor ?? '';
  expect(names(await web.conversations.list({ types, limit: 3, cursor }))).toEqual(['e']);
  expect(await errorOf(web.conversations.list({ types: 'rooms', limit: 3 }))).toBe('invalid_types');
});
