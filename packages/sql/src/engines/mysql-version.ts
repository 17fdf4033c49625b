// SKIP LOCKED came with MySQL 8.0.1 and MariaDB 10.6.0.
const OLDEST = { mysql: [8, 0], mariadb: [10, 6] } as const;

/** What `select version()` says: which of the two it is, and whether it is new enough. */
export function readVersion(version: string): { readonly engine: 'mysql' | 'mariadb'; readonly supported: boolean } {
  const mariadb = /(\d+)\.(\d+)\.\d+-mariadb/i.exec(version); // some servers put "5.5.5-" in front of it
  const [, major = '0', minor = '0'] = mariadb ?? /^(\d+)\.(\d+)/.exec(version) ?? [];
  const engine = mariadb ? 'mariadb' : 'mysql';
  const [oldestMajor, oldestMinor] = OLDEST[engine];
  const supported = Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  return { engine, supported };
}
