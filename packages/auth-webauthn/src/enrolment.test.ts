import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkWebauthn } from './check-webauthn.js';
import { issueEnrolment, listPasskeys, removePasskey } from './enrolment.js';
import { createAuthenticator } from './fixtures/authenticator.js';
import { createCompany, ORIGIN } from './fixtures/company.js';
import { reportPasskeys } from './reports.js';

const { signal } = new AbortController();

await forEachEngine(({ open }) => {
  async function start() {
    const database = await open();
    onTestFinished(() => database.close());
    return { ...createCompany(database), database };
  }

  describe('a link to add a passkey', () => {
    test('adds one, once, which proves nothing for three days', async () => {
      const { issue, enrols, auth, options, request, database } = await start();
      const { url } = await issue(' Ann ');
      expect(await auth.readiness('ann', signal)).toEqual({ ready: false, reason: 'not-enrolled' });
      expect(await (await request(url)).text()).toContain('A passkey for ann');
      expect((await enrols(url, createAuthenticator())).status).toBe(200);
      expect((await request(url)).status).toBe(404);
      expect((await enrols(url, createAuthenticator())).status).toBe(410);
      expect(await auth.readiness('ann', signal)).toEqual({ ready: false, reason: 'no-device' });
      expect(await listPasskeys(options)).toMatchObject([{ login: 'ann', addedBy: 'root', proves: false }]);

      const almost = 3 * 24 * 60 * 60_000 - 60_000;
      const now = (await database.now()).getTime();
      await database.db
        .updateTable('sb_passkeys')
        .set({ added_at: now - almost })
        .execute();
      expect(await auth.readiness('ann', signal)).toEqual({ ready: false, reason: 'no-device' });
      await database.db
        .updateTable('sb_passkeys')
        .set({ added_at: now - almost - 60_000 })
        .execute();
      expect(await auth.readiness('ANN', signal)).toEqual({ ready: true });
    });

    test('of two who open it, one adds a passkey', async () => {
      const { issue, post, options } = await start();
      const { url } = await issue('ann');
      const { json } = await post(url, 'options');
      const responses = [1, 2].map(() => createAuthenticator().create(json, { origin: ORIGIN }));
      const both = await Promise.all(responses.map((response) => post(url, 'verify', { response })));
      expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await listPasskeys(options, 'ann')).toHaveLength(1);
    });

    test.each([
      ['made on another page', { origin: 'https://evil.example' }],
      ['made without having seen the person', { verified: false }],
      ['made for another host', { origin: ORIGIN, host: 'evil.example' }],
    ])('takes no passkey that was %s', async (_, how) => {
      const { issue, enrols, options } = await start();
      const { url } = await issue('ann');
      expect((await enrols(url, createAuthenticator(), how)).status).toBe(403);
      expect(await listPasskeys(options)).toEqual([]);
      expect((await enrols(url, createAuthenticator())).status).toBe(200);
    });

    test('takes one passkey for one login, and transports of any shape', async () => {
      const { issue, enrols, post, options } = await start();
      const passkey = createAuthenticator();
      const { url } = await issue('ann');
      const { json } = await post(url, 'options');
      const made = passkey.create(json, { origin: ORIGIN });
      const response = { ...made, response: { ...made.response, transports: { join: 1 } } };
      expect((await post(url, 'verify', { response })).status).toBe(200);
      const bobs = (await issue('bob')).url;
      expect((await enrols(bobs, passkey)).status).toBe(409);
      expect((await listPasskeys(options)).map(({ login }) => login)).toEqual(['ann']);
      // That has not used the link up.
      expect((await enrols(bobs, createAuthenticator())).status).toBe(200);
    });

    test('is worth nothing after its time', async () => {
      const { enrols, options, request } = await start();
      const { url } = await issueEnrolment(options, { login: 'ann', by: 'root', goodForMs: 0 });
      expect((await request(url)).status).toBe(404);
      expect((await enrols(url, createAuthenticator())).status).toBe(410);
    });

    test.each(['', '  ', 'a\u0000b', 'a\nb', 'x'.repeat(256)])('is not issued for %j', async (login) => {
      const { issue } = await start();
      await expect(issue(login)).rejects.toMatchObject({ code: 'REJECTED' });
    });
  });

  test('every link and every passkey is reported, and again where that failed', async () => {
    const { issue, enrols, options } = await start();
    const told: string[] = [];
    const send = async ({ nodes }: { readonly nodes: readonly object[] }) => void told.push(JSON.stringify(nodes));
    const { url } = await issue('ann');
    await expect(reportPasskeys(options, () => Promise.reject(new Error('Slack is down')))).rejects.toThrow('down');
    expect(await reportPasskeys(options, send)).toBe(1);
    expect(told).toEqual([expect.stringMatching(/ann.*root has issued a link/)]);
    await enrols(url, createAuthenticator());
    expect(await reportPasskeys(options, send)).toBe(1);
    const [passkey] = await listPasskeys(options);
    expect(told[1]).toContain(`securitybot passkey remove ${passkey?.id}`);
    expect(await reportPasskeys(options, send)).toBe(0);
  });

  test('one that is taken away before it was reported is reported all the same', async () => {
    const { issue, enrols, options, database } = await start();
    await enrols((await issue('ann')).url, createAuthenticator());
    const [passkey] = await listPasskeys(options);
    await removePasskey(options, { id: passkey?.id ?? '', by: 'root' });
    // Replicas of an older version look at no more than the key.
    expect(await database.db.selectFrom('sb_passkeys').select('public_key').execute()).toEqual([{ public_key: '' }]);
    expect(await listPasskeys(options)).toEqual([]);
    const told: string[] = [];
    await reportPasskeys(options, async ({ nodes }) => void told.push(JSON.stringify(nodes)));
    expect(told[1]).toContain('has been taken away again');
  });

  test('a report that cannot be sent holds up no other', async () => {
    const { issue, options } = await start();
    for (const login of ['ann', 'bob', 'eve']) await issue(login);
    const told: string[] = [];
    const send = (refused: string) => async (report: { readonly nodes: readonly object[] }) => {
      const said = JSON.stringify(report.nodes);
      if (said.includes(`"${refused}"`)) throw new Error('Slack refuses it');
      told.push(/"text":"(\w+)"/.exec(said)?.[1] ?? '');
    };
    await expect(reportPasskeys(options, send('ann'))).rejects.toThrow('refuses');
    expect(told.toSorted()).toEqual(['bob', 'eve']);
    expect(await reportPasskeys(options, send('nobody'))).toBe(1);
    expect(told.at(-1)).toBe('ann');
  });

  test('links, passkeys and their removal are on the record', async () => {
    const { issue, enrols, options, database } = await start();
    const passkey = createAuthenticator();
    await enrols((await issue('ann')).url, passkey);
    await enrols((await issue('bob')).url, passkey);
    const [{ id } = { id: '' }] = await listPasskeys(options);
    await removePasskey(options, { id, by: 'root' });
    const { db } = database;
    const columns = ['who', 'how', 'what', 'about', 'outcome'] as const;
    expect(await db.selectFrom('sb_audit').select(columns).orderBy('at').orderBy('id').execute()).toEqual(
      expect.arrayContaining([
        { who: 'root', how: 'command', what: 'passkey.link', about: 'ann', outcome: 'done' },
        { who: 'ann', how: 'link', what: 'passkey.add', about: `ann: ${id}`, outcome: 'done' },
        { who: 'bob', how: 'link', what: 'passkey.add', about: `bob: ${id}`, outcome: 'failed' },
        { who: 'root', how: 'command', what: 'passkey.remove', about: id, outcome: 'done' },
      ]),
    );
  });

  test('a passkey that is taken away proves nothing', async () => {
    const { person, auth, options } = await start();
    await person('ann');
    const [passkey] = await listPasskeys(options, 'ann');
    expect(passkey).toMatchObject({ proves: true });
    const remove = (id = '') => removePasskey(options, { id, by: 'root' });
    expect(await remove('x')).toBe(false);
    expect(await remove(passkey?.id)).toBe(true);
    expect(await remove(passkey?.id)).toBe(false);
    expect(await auth.readiness('ann', signal)).toEqual({ ready: false, reason: 'not-enrolled' });
  });

  test('the check says whether anybody can prove anything', async () => {
    const { person, options, issue, enrols, database } = await start();
    expect(await checkWebauthn(options)).toMatchObject([{ level: 'warn', text: expect.stringContaining('nobody') }]);
    await enrols((await issue('bob')).url, createAuthenticator());
    expect(await checkWebauthn(options)).toMatchObject([{ level: 'warn', text: expect.stringContaining(': 0') }]);
    await person('ann');
    expect(await checkWebauthn(options)).toMatchObject([
      { level: 'ok', text: expect.stringContaining('logins with a passkey: 2, with one that is old enough') },
    ]);
    await database.close();
    expect(await checkWebauthn(options)).toMatchObject([{ level: 'fail' }]);
  });
});
