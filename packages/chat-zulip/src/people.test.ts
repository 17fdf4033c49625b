import { afterEach, describe, expect, test } from 'vitest';
import { createDesk, type Desk } from './fixtures/desk.js';

let desk: Desk;

afterEach(() => desk.close());

async function setUp() {
  desk = await createDesk();
  const { zulip, another } = desk;
  return { zulip, chat: another() };
}

describe('people', () => {
  test('are who has the address, in any case, with blanks around it', async () => {
    const { zulip, chat } = await setUp();
    const { id } = zulip.addPerson({ name: 'ann', email: 'Ann.Lee+work@Example.com', fullName: 'Ann Lee' });
    const user = {
      id: String(id),
      username: 'Ann.Lee+work@Example.com',
      name: 'Ann Lee',
      email: 'Ann.Lee+work@Example.com',
    };
    expect(await chat.findUser({ email: ' ann.lee+WORK@example.com ' })).toEqual({ user });
    expect(await chat.findUser({ id: String(id) })).toEqual({ user });
    expect(zulip.violations).toEqual([]);
  });

  test('who hide their address are found by id alone, and have none; that which Zulip made up is nobody’s', async () => {
    const { zulip, chat } = await setUp();
    const { id } = zulip.addPerson({ name: 'ann', hidesEmail: true });
    const dummy = `user${id}@zulip.example.com`;
    expect(await chat.findUser({ email: 'ann@example.com' })).toEqual({ none: 'unknown' });
    expect(await chat.findUser({ email: dummy })).toEqual({ none: 'unknown' });
    expect(await chat.findUser({ id: String(id) })).toEqual({ user: { id: String(id), username: dummy, name: 'ann' } });
  });

  test('what Zulip says now counts: whoever leaves, or takes another address, is found so at once', async () => {
    const { zulip, chat } = await setUp();
    const ann = zulip.addPerson('ann');
    expect(await chat.findUser({ email: 'ann@example.com' })).toHaveProperty('user');
    ann.changes({ email: 'lee@example.com' });
    expect(await chat.findUser({ email: 'ann@example.com' })).toEqual({ none: 'unknown' });
    ann.changes({ deactivated: true });
    expect(await chat.findUser({ id: String(ann.id) })).toEqual({ none: 'ineligible' });
  });

  test('who cannot be is nobody, without a call', async () => {
    const { zulip, chat } = await setUp();
    const odd = ['', '0', '-1', '1e3', '01', '9'.repeat(16), 'me', '../users', '9/../10'];
    for (const id of odd) expect(await chat.findUser({ id })).toEqual({ none: 'unknown' });
    const texts = ['', 'me', 'ann', '@', 'a@b@c', 'a/b@c', 'a?b@c', 'a b@c', 'a%40b@c', 'a\u0000@b'];
    for (const email of texts) expect(await chat.findUser({ email })).toEqual({ none: 'unknown' });
    expect(zulip.calls).toEqual([]);
  });

  test.each([
    [{ result: 'success' }, 'UNAVAILABLE'],
    [{ result: 'success', user: { user_id: '9' } }, 'UNAVAILABLE'],
  ])('%j is no answer', async (body, code) => {
    const { zulip, chat } = await setUp();
    zulip.faults.respond(body);
    await expect(chat.findUser({ id: '9' })).rejects.toMatchObject({ code });
  });

  test('of whom Zulip does not say what they are is not asked', async () => {
    const { zulip, chat } = await setUp();
    zulip.faults.respond({ result: 'success', user: { user_id: 9, full_name: 'Ann' } });
    expect(await chat.findUser({ id: '9' })).toEqual({ none: 'ineligible' });
  });

  test('a path that is not there is no person who is not there', async () => {
    const { zulip, chat } = await setUp();
    zulip.faults.fail('BAD_REQUEST', { status: 404, msg: 'Not Found' });
    await expect(chat.findUser({ id: '9' })).rejects.toMatchObject({ code: 'REJECTED' });
  });
});
