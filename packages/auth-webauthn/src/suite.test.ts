import type { Auth } from '@securitybot/core';
import { forEachEngine } from '@securitybot/sql/testing';
import { testAuth } from '@securitybot/testing';
import { createWebauthnAuth } from './auth.js';
import { createCompany } from './fixtures/company.js';

await forEachEngine(({ open, product }) => {
  testAuth({
    name: `webauthn on ${product}`,
    async create() {
      const database = await open();
      const company = createCompany(database);
      const passkeys = new Map<string, Awaited<ReturnType<typeof company.person>>>();
      for (const login of ['ann', 'bob']) passkeys.set(login, await company.person(login));
      await company.person('new', 1);
      /** The links that went to somebody's chat, oldest first. */
      const links: { readonly login: string; readonly url: string; answered: boolean }[] = [];
      const listening = (auth: Auth): Auth => ({
        ...auth,
        async challenge(request, signal) {
          const challenged = await auth.challenge(request, signal);
          links.push({ login: request.subject, url: challenged.url ?? '', answered: false });
          return challenged;
        },
      });
      async function answer(login: string, act: (url: string) => Promise<{ readonly status: number }>): Promise<void> {
        const link = links.find((each) => each.login === login && !each.answered);
        if (!link) throw new Error(`${login} has no open link`);
        link.answered = true;
        const { status } = await act(link.url);
        if (status !== 200) throw new Error(`the page said ${status}`);
      }
      const passkeyOf = (login: string) => {
        const passkey = passkeys.get(login);
        if (!passkey) throw new Error(`${login} has no passkey`);
        return passkey;
      };
      return {
        auth: listening(company.auth),
        ready: 'ann',
        other: 'bob',
        hindered: { 'not-enrolled': 'nobody', 'no-device': 'new' },
        approve: (login) => answer(login, (url) => company.proves(url, passkeyOf(login))),
        deny: (login) => answer(login, (url) => company.post(url, 'deny')),
        fraud: (login) => answer(login, (url) => company.post(url, 'deny', { fraud: true })),
        async expire(login) {
          await database.db
            .updateTable('sb_proofs')
            .set({ expires_at: (await database.now()).getTime() })
            .where('login', '=', login)
            .where('state', '=', 'open')
            .execute();
        },
        async prompts(login) {
          const rows = await database.db.selectFrom('sb_proofs').select('reason').where('login', '=', login).execute();
          return rows;
        },
        restart: async () => listening(createWebauthnAuth({ ...company.options, database: await open() })),
        close: () => database.close(),
      };
    },
  });
});
