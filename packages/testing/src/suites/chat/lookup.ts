import assert from 'node:assert/strict';
import type { UserQuery } from '@securitybot/core';
import { same } from '../compare.js';
import { answerOrRefusal, rejection } from '../errors.js';
import { needs, type Rule } from '../rule.js';
import type { ChatHarness } from './harness.js';

/** How people are looked up. */
export const lookupRules: readonly Rule<ChatHarness>[] = [
  {
    rule: 'findUser finds the same person by id, username and e-mail',
    async run({ chat, people }) {
      for (const person of Object.values(people)) {
        const { id, username, email } = person;
        const queries: UserQuery[] = [{ id }, { username }, ...(email === undefined ? [] : [{ email }])];
        for (const query of queries) {
          const found = await chat.findUser(query);
          assert.ok('user' in found, `${JSON.stringify(query)} finds nobody`);
          same(`by ${JSON.stringify(query)}`, found.user, person);
        }
      }
    },
  },
  {
    rule: 'somebody unknown is a value',
    async run({ chat }) {
      const queries: UserQuery[] = [
        { id: 'U-NOBODY' },
        { username: 'nobody-of-that-name' },
        { email: 'nobody@nowhere.example' },
      ];
      for (const query of queries) same(JSON.stringify(query), await chat.findUser(query), { none: 'unknown' });
    },
  },
  {
    rule: 'an empty name, a pattern or a piece of a name finds nobody',
    async run({ chat, people }) {
      const { username } = people.ann;
      const odd = ['', ' ', '*', '%', '_', '__proto__', "' OR '1'='1", username.slice(0, -1), `${username}\u0000`];
      const queries = odd.flatMap((text): UserQuery[] => [{ id: text }, { username: text }, { email: text }]);
      for (const query of queries) {
        const answer = await answerOrRefusal('findUser', chat.findUser(query));
        const found = 'value' in answer && 'user' in answer.value ? answer.value.user : undefined;
        same(JSON.stringify(query), found, undefined);
      }
    },
  },
  {
    rule: 'a query that fits more than one person is ambiguous, and gives none of them',
    skip: needs('ambiguous'),
    async run({ chat, ambiguous = [] }) {
      for (const query of ambiguous) same(JSON.stringify(query), await chat.findUser(query), { none: 'ambiguous' });
    },
  },
  {
    rule: 'somebody who must not be asked is ineligible',
    skip: needs('ineligible'),
    async run({ chat, ineligible = [] }) {
      for (const query of ineligible) same(JSON.stringify(query), await chat.findUser(query), { none: 'ineligible' });
    },
  },
  {
    rule: 'the id of a person outlives what they are called',
    skip: needs('rename'),
    async run({ chat, people, rename, restart }) {
      const { id } = people.ann;
      await rename?.(id, 'Somebody Else');
      for (const process of [() => chat, restart]) {
        const found = await (await process()).findUser({ id });
        assert.ok('user' in found, 'not found by id after renaming');
        assert.equal(found.user.id, id);
      }
    },
  },
  {
    rule: 'a look-up that could not be answered is a PluginError, and never "unknown"',
    skip: needs('fail', 'mend'),
    async run({ chat, people, fail, mend }) {
      const { id, username } = people.ann;
      for (const code of ['UNAVAILABLE', 'RATE_LIMITED', 'BAD_CREDENTIALS'] as const) {
        await fail?.(code);
        await rejection('findUser by id', chat.findUser({ id }), [code]);
        await rejection('findUser by username', chat.findUser({ username }), [code]);
        await mend?.();
      }
      assert.ok('user' in (await chat.findUser({ id })), 'not found after all was well again');
    },
  },
];
