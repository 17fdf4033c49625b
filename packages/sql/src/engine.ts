export type Engine = 'sqlite' | 'mysql' | 'mariadb' | 'postgres';

/** MySQL and MariaDB share a driver and, but for little, their SQL. */
export function isMysqlFamily(engine: Engine): engine is 'mysql' | 'mariadb' {
  return engine === 'mysql' || engine === 'mariadb';
}
