import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FoundUser } from '@securitybot/core';
import type { SlackServerOptions } from '@securitybot/strict-servers';
import { afterEach, describe, expect, test } from 'vitest';
import { createSlackClients } from './clients.js';
import { createDesk, type Desk, hurried } from './fixtures/desk.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapInMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_000_000;
}

let desk: Desk;

async function open(options?: SlackServerOptions): Promise<Desk> {
  desk = await createDesk(options);
  return desk;
}

afterEach(() => desk.close());

const idOf = (found: FoundUser) => ('user' in found ? found.user.id : found.none);
const callsOf = (method: string) => desk.slack.callsOf(method).length;

describe('who may be asked', () => {
  test('somebody who has authorised the app, as whoever installed it, is a person like any other', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson({ name: 'admin', appUser: true });
    expect(idOf(await another().findUser({ id }))).toBe(id);
  });

  test('in an organisation its people count as ours, and others do not', async () => {
    const { slack, another } = await open({ team: { enterpriseId: 'E0ORG' } });
    const ann = slack.addPerson('ann');
    const stranger = slack.addPerson({ name: 'bob', teamId: 'T0OTHER' });
    expect(ann.id).toMatch(/^W/);
    expect(idOf(await another().findUser({ id: ann.id }))).toBe(ann.id);
    expect(idOf(await another().findUser({ id: stranger.id }))).toBe('ineligible');
  });

  test('e-mail addresses and names compare trimmed and in lower case', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson({ name: 'ann', email: 'Ann.Smith@Example.com' });
    const chat = another();
    expect(idOf(await chat.findUser({ email: ' ann.smith@EXAMPLE.com ' }))).toBe(id);
    expect(idOf(await chat.findUser({ username: ' ANN ' }))).toBe(id);
  });

  test('what cannot be an id or an address is unknown without a call', async () => {
    const { another } = await open();
    const chat = another();
    for (const id of ['', 'ann', 'C0SECURITY', 'U-1', '<@U123>'])
      expect(await chat.findUser({ id })).toEqual({ none: 'unknown' });
    for (const email of ['', 'ann', '@example.com', 'a b@example.com', 'a@b@c', 'a@example.com\u0000'])
      expect(await chat.findUser({ email })).toEqual({ none: 'unknown' });
    expect(desk.slack.calls).toEqual([]);
  });
});

describe('names', () => {
  test('who has left does not stand in the way of who has the name now', async () => {
    const { slack, another } = await open();
    slack.addPerson({ name: 'ann', deactivated: true, email: 'old@example.com' });
    const { id } = slack.addPerson('ann');
    expect(idOf(await another().findUser({ username: 'ann' }))).toBe(id);
  });

  test('nor does somebody of another workspace, where names are others', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson('ann');
    slack.addPerson({ name: 'ann', teamId: 'T0OTHER' });
    expect(idOf(await another().findUser({ username: 'ann' }))).toBe(id);
  });

  test('a guest or a bot of the same name makes it ambiguous', async () => {
    const { slack, another } = await open();
    for (const more of [{ restricted: true }, { bot: true }]) {
      const name = Object.keys(more).join();
      slack.addPerson(name);
      slack.addPerson({ name, email: `${name}2@example.com`, ...more });
      expect(idOf(await another().findUser({ username: name }))).toBe('ambiguous');
    }
  });

  test('a display name is no name', async () => {
    const { slack, another } = await open();
    slack.addPerson({ name: 'mallory', displayName: 'ann', realName: 'ann' });
    expect(idOf(await another().findUser({ username: 'ann' }))).toBe('unknown');
  });

  test('the list is read once for all who ask, page by page, and not at all for ids and addresses', async () => {
    const { slack, another } = await open();
    slack.addPeople(2500);
    const chat = another();
    const { id } = slack.person('person7');
    await chat.findUser({ id });
    await chat.findUser({ email: 'person7@example.com' });
    expect(callsOf('users.list')).toBe(0);
    const asked = await Promise.all(['person1', 'person2500', 'nobody'].map((username) => chat.findUser({ username })));
    expect(asked.map(idOf)).toEqual([slack.person('person1').id, slack.person('person2500').id, 'unknown']);
    expect(callsOf('users.list')).toBe(3);
    expect(slack.violations).toEqual([]);
  });

  test('50,000 people take no time at start, and few megabytes once their names are asked for', async () => {
    const { slack, another } = await open({ limits: false });
    slack.addPeople(50_000);
    slack.addChannel('security');
    const chat = another();
    const began = performance.now();
    await chat.start(async () => {});
    expect(performance.now() - began).toBeLessThan(2000);
    expect(callsOf('users.list')).toBe(0);
    const before = heapInMegabytes();
    expect(idOf(await chat.findUser({ username: 'person49999' }))).toBe(slack.person('person49999').id);
    expect(callsOf('users.list')).toBe(51);
    expect(heapInMegabytes() - before).toBeLessThan(16);
  }, 60_000);

  test('while Slack limits the reading of the list nobody is unknown; once it is read, they are', async () => {
    const { slack, clock, another } = await open();
    slack.addPeople(1500);
    slack.faults.rateLimit({ method: 'users.list', retryAfter: 300 });
    const chat = another();
    const refused = { code: 'RATE_LIMITED', notSent: true };
    await expect(chat.findUser({ username: 'person1400' })).rejects.toMatchObject(refused);
    await expect(chat.findUser({ username: 'nobody' })).rejects.toMatchObject(refused);
    expect(slack.calls.filter(({ method }) => method === 'users.list')).toHaveLength(1);
    clock.putForward(301_000);
    expect(idOf(await chat.findUser({ username: 'person1400' }))).toBe(slack.person('person1400').id);
    expect(idOf(await chat.findUser({ username: 'nobody' }))).toBe('unknown');
    expect(slack.violations).toEqual([]);
  });

  test('a page that fails is asked for again, and the pages before it are not', async () => {
    const { slack, another } = await open();
    slack.addPeople(2500);
    const chat = another();
    slack.faults.answer(503, { method: 'users.list' });
    await expect(chat.findUser({ username: 'person1' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(idOf(await chat.findUser({ username: 'person1' }))).toBe(slack.person('person1').id);
    expect(slack.calls.filter(({ method }) => method === 'users.list')).toHaveLength(4);
  });

  test('a reading that takes too long says "not yet", goes on, and is done later', async () => {
    const { slack, another } = await open();
    slack.addPeople(1500);
    const lengths: Record<number, number> = { 22000: 50 };
    const chat = another({ clock: hurried(desk.clock, lengths) });
    slack.faults.delay(Number.POSITIVE_INFINITY, 'users.list');
    await expect(chat.findUser({ username: 'person1' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('being read still'),
    });
    delete lengths[22_000];
    slack.faults.delay(0);
    expect(idOf(await chat.findUser({ username: 'person1' }))).toBe(slack.person('person1').id);
    expect(callsOf('users.list')).toBe(2);
  });

  test('who joins or is renamed is found by the new name, and nobody by the old one', async () => {
    const { slack, another } = await open();
    const ann = slack.addPerson('ann');
    const chat = another();
    await chat.start(async () => {});
    expect(idOf(await chat.findUser({ username: 'ann' }))).toBe(ann.id);
    await ann.changes({ name: 'anna' }).acknowledged;
    const bob = slack.joins('bob');
    await slack.until(() => slack.unacknowledged() === 0, 'the events to be taken');
    expect(idOf(await chat.findUser({ username: 'anna' }))).toBe(ann.id);
    expect(idOf(await chat.findUser({ username: 'ann' }))).toBe('unknown');
    expect(idOf(await chat.findUser({ username: 'bob' }))).toBe(bob.id);
    expect(callsOf('users.list')).toBe(1);
  });

  test('a replica that was not told of a new name reads the list anew before it says unknown, every ten minutes', async () => {
    const { slack, clock, another } = await open();
    const ann = slack.addPerson('ann');
    const chat = another();
    expect(idOf(await chat.findUser({ username: 'anna' }))).toBe('unknown');
    ann.changes({ name: 'anna' });
    expect(idOf(await chat.findUser({ username: 'anna' }))).toBe('unknown');
    clock.putForward(601_000);
    expect(idOf(await chat.findUser({ username: 'anna' }))).toBe(ann.id);
    expect(callsOf('users.list')).toBe(2);
  });
});

describe('what is remembered', () => {
  test('a person is looked up once, however often and by how many at once', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson('ann');
    const chat = another();
    await Promise.all(Array.from({ length: 20 }, () => chat.findUser({ email: 'ann@example.com' })));
    await chat.findUser({ id });
    expect([callsOf('users.lookupByEmail'), callsOf('users.info'), callsOf('auth.test')]).toEqual([1, 1, 1]);
  });

  test('but for minutes only, and no longer than until Slack tells of a change', async () => {
    const { slack, clock, another } = await open();
    const ann = slack.addPerson('ann');
    const bob = slack.addPerson('bob');
    const chat = another();
    await chat.start(async () => {});
    for (const { id } of [ann, bob]) expect(idOf(await chat.findUser({ id }))).toBe(id);
    await ann.changes({ deactivated: true }).acknowledged;
    expect(idOf(await chat.findUser({ id: ann.id }))).toBe('ineligible');
    slack.faults.hold(); // somebody else is told of bob
    bob.changes({ deactivated: true });
    clock.putForward(301_000);
    expect(idOf(await chat.findUser({ id: bob.id }))).toBe('ineligible');
  });

  test('an address that went to somebody else is theirs', async () => {
    const { slack, another } = await open();
    const ann = slack.addPerson({ name: 'ann', email: 'a@example.com' });
    const bob = slack.addPerson({ name: 'bob', email: 'b@example.com' });
    const chat = another();
    await chat.start(async () => {});
    expect(idOf(await chat.findUser({ email: 'a@example.com' }))).toBe(ann.id);
    await ann.changes({ email: 'c@example.com' }).acknowledged;
    await bob.changes({ email: 'a@example.com' }).acknowledged;
    expect(idOf(await chat.findUser({ email: 'a@example.com' }))).toBe(bob.id);
  });

  test('a look-up of a login waits for a short limit; a long one is told, with how long it lasts', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson('ann');
    const chat = another();
    slack.faults.rateLimit({ method: 'users.lookupByEmail', retryAfter: 1 });
    expect(idOf(await chat.findUser({ email: 'ann@example.com' }))).toBe(id);
    slack.faults.rateLimit({ method: 'users.lookupByEmail', retryAfter: 60 });
    for (const email of ['bob@example.com', 'eve@example.com']) {
      const error = await chat.findUser({ email }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.closeTo(60_000, -4) });
    }
    expect(slack.calls.filter(({ method }) => method === 'users.lookupByEmail')).toHaveLength(3);
    expect(slack.violations).toEqual([]);
  });

  test('look-ups that wait for a limit for more than a minute are told, all in one line', async () => {
    const { slack, clock, log, another } = await open();
    slack.addPeople(3);
    const emails = ['person1@example.com', 'person2@example.com', 'person3@example.com'];
    const chat = another({ clock: hurried(clock, { 5000: 200 }) });
    slack.faults.rateLimit({ method: 'users.lookupByEmail', retryAfter: 70 });
    for (const email of emails) await expect(chat.findUser({ email })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    clock.putForward(71_000);
    await Promise.all(emails.map((email) => chat.findUser({ email })));
    await expect
      .poll(() => log)
      .toEqual([
        expect.stringMatching(/^warn slack: 3 look-ups of logins have waited for more than a minute .* longest 7\d s$/),
      ]);
  });

  test('who has just said something is not waited for: the engine knows them, and Slack waits for three seconds', async () => {
    const { slack, another } = await open();
    const { id } = slack.addPerson('ann');
    slack.faults.rateLimit({ method: 'users.info', retryAfter: 2 });
    const began = performance.now();
    await expect(another().findUser({ id })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test.each(['users.info', 'users.lookupByEmail', 'users.list'])(
    'an answer of %s that tells nothing is no "unknown"',
    async (method) => {
      const { slack, another } = await open();
      const web = {
        async apiCall(called: string, options: Record<string, unknown>) {
          return called === method ? { ok: true } : clients.web.apiCall(called, options);
        },
      };
      const { botToken, appToken, url: apiUrl } = slack;
      const clients = createSlackClients({ botToken, appToken, apiUrl });
      const { id } = slack.addPerson('ann');
      const chat = another({ web });
      const query = { 'users.info': { id }, 'users.lookupByEmail': { email: 'ann@example.com' } }[method];
      await expect(chat.findUser(query ?? { username: 'ann' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    },
  );
});
