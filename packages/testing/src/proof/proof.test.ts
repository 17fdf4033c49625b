import { describe, expect, test } from 'vitest';
import { authRules } from '../suites/auth/rules.js';
import { blacklistRules } from '../suites/blacklist/rules.js';
import { chatRules } from '../suites/chat/rules.js';
import { judge, type Rule } from '../suites/rule.js';
import { taskerRules } from '../suites/tasker/rules.js';
import { authHarness, brokenAuths } from './auth.js';
import { blacklistHarness, brokenBlacklists } from './blacklist.js';
import type { Broken } from './broken.js';
import { brokenChats, chatHarness, plainChatHarness } from './chat.js';
import { brokenTaskers, taskerHarness } from './tasker.js';

function prove<Harness extends object>(
  contract: string,
  rules: readonly Rule<Harness>[],
  working: readonly (() => Harness)[],
  broken: readonly Broken<Harness>[],
): void {
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
    const failures = new Map<Broken<Harness>, Promise<readonly string[]>>();
    const failuresOf = (one: Broken<Harness>): Promise<readonly string[]> => {
      const known = failures.get(one);
      if (known) return known;
      const judged = judge(rules, one.create).then((outcomes) =>
        outcomes.filter(({ result }) => result === 'broken').map(({ rule }) => rule),
      );
      failures.set(one, judged);
      return judged;
    };
    test.each(broken.map((one) => [one.mistake, one] as const))('catches: %s', async (_, one) => {
      expect(await failuresOf(one)).toContain(one.caughtBy);
    });
    test('has no rule that lets all of them pass', async () => {
      const caught = new Set((await Promise.all(broken.map(failuresOf))).flat());
      expect(rules.map(({ rule }) => rule).filter((rule) => !caught.has(rule))).toEqual([]);
    });
  });
}

prove('Tasker', taskerRules, [taskerHarness], brokenTaskers);
prove('Blacklist', blacklistRules, [blacklistHarness], brokenBlacklists);
prove('Chat', chatRules, [chatHarness, plainChatHarness], brokenChats);
prove('Auth', authRules, [authHarness], brokenAuths);
