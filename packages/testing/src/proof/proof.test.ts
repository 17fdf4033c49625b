import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { type AnyHarness, judge, type Rule } from '../suites/rule.js';
import { eachProof, type Proof } from './fixtures/all.js';
import type { Broken } from './fixtures/broken.js';

function prove<Harness extends AnyHarness>({ contract, rules, working, broken }: Proof<Harness>): void {
  describe(`the suite for ${contract}`, () => {
    test('has each rule once', () => {
      const titles = rules.map(({ rule }) => rule);
      expect(new Set(titles).size).toBe(titles.length);
    });
    test('lets the memory plugin pass, and applies every rule to it', async () => {
      const outcomes = (await Promise.all(working.map((create) => judge(rules, create)))).flat();
      expect(outcomes.filter(({ result }) => result === 'broken')).toEqual([]);
      const held = new Set(outcomes.filter(({ result }) => result === 'held').map(({ rule }) => rule));
      expect(rules.map(({ rule }) => rule).filter((rule) => !held.has(rule))).toEqual([]);
    });
    const isCaught = async (one: Broken<Harness>, rule: Rule<Harness>): Promise<boolean> => {
      const [outcome] = await judge([rule], one.create);
      return outcome?.result === 'broken';
    };
    test.each(broken.map((one) => [one.mistake, one] as const))('catches: %s', async (_, one) => {
      const rule = rules.find(({ rule: title }) => title === one.caughtBy);
      assert.ok(rule, `there is no rule "${one.caughtBy}"`);
      expect(await isCaught(one, rule)).toBe(true);
    });
    const named = new Set(broken.map(({ caughtBy }) => caughtBy));
    const others = rules.filter(({ rule }) => !named.has(rule)).map((rule) => [rule.rule, rule] as const);
    test.each(others)('has a broken plugin for: %s', async (_, rule) => {
      for (const one of broken) if (await isCaught(one, rule)) return;
      expect.fail('every broken plugin passes');
    });
  });
}

eachProof(prove);
