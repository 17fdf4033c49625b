import { toPluginError } from '@securitybot/sql';

/** What the database fails with, as a PluginError that says what was being done. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPluginError(error, `webauthn: ${doing}`);
  }
}
