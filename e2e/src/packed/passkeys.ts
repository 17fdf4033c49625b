import { openDatabase } from '@securitybot/sql';
import { createAuthenticator } from '../../../packages/auth-webauthn/src/fixtures/authenticator.ts';
import { freePort } from '../free-port.ts';
import { must } from './npm.ts';
import type { AuthStage } from './stages.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A browser with ann's passkey, and the page that the project serves. */
export async function passkeyStage(): Promise<AuthStage> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const authenticator = createAuthenticator();

  /** What the page's own script sends. */
  async function post(url: string, action: string, body: unknown = {}) {
    const headers = { 'content-type': 'application/json', origin };
    const response = await fetch(`${url}/${action}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${url}/${action}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  async function use(text: string, kind: 'create' | 'get'): Promise<void> {
    const url = text.match(/http:\/\/localhost:\d+\/\S+/g)?.at(-1);
    if (url === undefined) throw new Error(`There is no link in: ${text}`);
    await post(url, 'verify', { response: authenticator[kind]((await post(url, 'options')) as never, { origin }) });
  }

  return {
    env: { SECURITYBOT_PASSKEY_ORIGIN: origin, SECURITYBOT_HTTP_PORT: String(port) },
    async enrols({ cwd, database: url }) {
      const env = { SECURITYBOT_DATABASE_URL: url };
      await use(await must('npm', ['run', 'enrol', '--', 'ann'], { cwd, env }), 'create');
      const database = await openDatabase(url);
      const added_at = Date.now() - 30 * DAY_MS; // a new one proves nothing
      await database.db.updateTable('sb_passkeys').set({ added_at }).execute();
      await database.close();
    },
    approves: async (project, people) => use(await people.reads('prove it on this page', project), 'get'),
    close: async () => {},
  };
}
