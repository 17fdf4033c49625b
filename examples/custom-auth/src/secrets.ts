import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PATH = 'secrets.json';

/** The secrets by account. Whoever reads the file can make everybody's codes. */
export function readSecrets(): ReadonlyMap<string, string> {
  const text = existsSync(PATH) ? readFileSync(PATH, 'utf8') : '{}';
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}

export function writeSecrets(secrets: ReadonlyMap<string, string>): void {
  writeFileSync(PATH, `${JSON.stringify(Object.fromEntries(secrets), undefined, 2)}\n`, { mode: 0o600 });
}
