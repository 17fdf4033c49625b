import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The path of a file that may be made, in a folder that is gone when the test is over. */
export function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

/** The URL of an SQLite database that is not there yet, and is gone when the test is over. */
export function newDatabase(): string {
  return `sqlite:${temporaryFile('bot.db')}`;
}
