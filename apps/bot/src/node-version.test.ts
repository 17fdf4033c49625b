import { expect, test } from 'vitest';
import { refuseNode } from './node-version.js';

test.each(['22.19.0', '22.20.1', '24.0.0', '100.1.0'])('Node.js %s will do', (version) => {
  expect(refuseNode(version, '>=22.19')).toBeUndefined();
});

test.each(['20.19.4', '22.18.0', '9.99.0'])('Node.js %s is refused, in a line that says which is needed', (version) => {
  const line = refuseNode(version, '>=22.19');
  expect(line).toContain(`securitybot needs Node.js 22.19 or newer; this is ${version}. `);
  expect(line).toMatch(/ npx securitybot [^\n]*\n$/);
});
