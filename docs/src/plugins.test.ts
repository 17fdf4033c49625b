import { authRules, chatRules } from '@securitybot/testing';
import { describe, expect, it } from 'vitest';
import { rowsOf, section } from './tables.js';

const PAGE = 'docs/plugins.md';

describe('the page about plugins', () => {
  it.each([
    ['Chat', chatRules],
    ['Auth', authRules],
  ] as const)('says of every rule of %s what a failure means', (contract, rules) => {
    const rows = rowsOf(section(PAGE, `When a rule of ${contract} fails`, '###'));
    expect(rows.map(([rule]) => rule)).toEqual(rules.map(({ rule }) => rule));
    expect(rows.filter(([, meaning]) => !meaning)).toEqual([]);
  });

  it('shows ten plugins that are broken on purpose, each with the rule that catches it', () => {
    const rows = rowsOf(section(PAGE, 'How far the suites can be trusted', '###'));
    expect(rows).toHaveLength(10);
    for (const [contract, mistake, caughtBy] of rows) {
      // A test of that package keeps its tables true, and proves that each is caught.
      const proven = rowsOf(section('packages/testing/README.md', `Broken plugins: ${contract}`, '###'));
      expect(proven).toContainEqual([mistake, caughtBy]);
    }
  });
});
