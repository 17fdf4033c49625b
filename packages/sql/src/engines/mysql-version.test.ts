import { expect, test } from 'vitest';
import { readVersion } from './mysql-version.js';

test.each([
  ['10.11.19-MariaDB-0+deb12u1', 'mariadb', true],
  ['5.5.5-10.6.4-MariaDB-log', 'mariadb', true],
  ['11.4.2-MariaDB', 'mariadb', true],
  ['10.5.23-MariaDB', 'mariadb', false],
  ['8.0.36-0ubuntu0.22.04.1', 'mysql', true],
  ['9.1.0', 'mysql', true],
  ['5.7.44-log', 'mysql', false],
  ['', 'mysql', false],
])('%s is %s; new enough: %s', (version, engine, supported) => {
  expect(readVersion(version)).toEqual({ engine, supported });
});
