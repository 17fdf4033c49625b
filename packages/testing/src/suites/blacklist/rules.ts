import assert from 'node:assert/strict';
import type { Blacklist, BlacklistEntry } from '@securitybot/core';
import { same } from '../compare.js';
import { answerOrRefusal, rejection } from '../errors.js';
import { HOSTILE_TEXTS } from '../hostile.js';
import { type AnyHarness, needs, type Rule, registerRules, type SuiteOptions } from '../rule.js';

/** A blacklist under test, and what else must be played. */
export interface BlacklistHarness extends AnyHarness {
  readonly blacklist: Blacklist;
  /** Another instance on the same store, as another process would have it. */
  other(): Blacklist | Promise<Blacklist>;
  /** An instance whose store cannot be reached. */
  unreachable?(): Blacklist | Promise<Blacklist>;
}

// Whole seconds: the seed's columns hold no more.
const NOW = Date.UTC(2026, 0, 5, 9);
const HOUR = 3_600_000;
const now = new Date(NOW);

const find = (blacklist: Blacklist, username: string, title: string, at: Date = now) =>
  blacklist.find({ username, title, now: at });

const optOut: BlacklistEntry = { username: 'ann', reason: 'typed stop' };
const mute: BlacklistEntry = {
  username: 'ann',
  title: 'sudo',
  reason: 'proven at 09:00',
  until: NOW + HOUR,
  since: NOW,
  maxSeverity: 'medium',
};

/** What every Blacklist is held to. */
export const blacklistRules: readonly Rule<BlacklistHarness>[] = [
  {
    rule: 'find says undefined where nothing stands against asking',
    async run({ blacklist }) {
      same('nothing at all', await find(blacklist, 'ann', 'sudo'), undefined);
      await blacklist.put({ ...optOut, username: 'bob' });
      await blacklist.put({ ...mute, title: 'login' });
      same("somebody else's, and another title's", await find(blacklist, 'ann', 'sudo'), undefined);
    },
  },
  {
    rule: 'an opt-out is found for every title, as it was put',
    async run({ blacklist }) {
      await blacklist.put(optOut);
      for (const title of ['sudo', 'login', '']) same(`about "${title}"`, await find(blacklist, 'ann', title), optOut);
    },
  },
  {
    rule: 'a mute is found for its title, with its bounds as they were put',
    async run({ blacklist }) {
      const { since, maxSeverity, ...unbounded } = mute;
      await blacklist.put(mute);
      await blacklist.put({ ...unbounded, title: 'login' });
      same('with since and maxSeverity', await find(blacklist, 'ann', 'sudo'), mute);
      same('without', await find(blacklist, 'ann', 'login'), { ...unbounded, title: 'login' });
    },
  },
  {
    rule: 'a mute is found only while its end is after now',
    async run({ blacklist }) {
      await blacklist.put(mute);
      same('a second before', await find(blacklist, 'ann', 'sudo', new Date(NOW + HOUR - 1000)), mute);
      same('at its end', await find(blacklist, 'ann', 'sudo', new Date(NOW + HOUR)), undefined);
      same('a year later', await find(blacklist, 'ann', 'sudo', new Date(NOW + 365 * 24 * HOUR)), undefined);
    },
  },
  {
    rule: 'a mute without an end silences nothing: it is REJECTED, or never found',
    async run({ blacklist }) {
      const { until, ...endless } = mute;
      const answer = await answerOrRefusal('put', blacklist.put(endless));
      if ('refused' in answer) assert.equal(answer.refused.code, 'REJECTED');
      same('found', await find(blacklist, 'ann', 'sudo'), undefined);
      await blacklist.put(mute);
      same('nor does it stand in the way of one with an end', await find(blacklist, 'ann', 'sudo'), mute);
    },
  },
  {
    rule: 'an opt-out is found before a mute',
    async run({ blacklist }) {
      await blacklist.put(mute);
      await blacklist.put(optOut);
      same('both stand', await find(blacklist, 'ann', 'sudo'), optOut);
      await blacklist.remove({ username: 'ann' });
      same('the mute alone', await find(blacklist, 'ann', 'sudo'), mute);
    },
  },
  {
    rule: 'logins and titles compare trimmed and in lower case, and in no other way',
    async run({ blacklist }) {
      await blacklist.put({ ...mute, username: ' Änn ', title: '\tSUDO Su ' });
      const found = await find(blacklist, 'änn', 'sudo su');
      assert.ok(found, 'put " Änn " and "\\tSUDO Su ", asked for "änn" and "sudo su"');
      assert.ok(await find(blacklist, ' ÄNN', 'Sudo su\n'), 'asked for " ÄNN" and "Sudo su\\n"');
      for (const username of ['ann', 'än n', 'än_', 'ä%', '%']) {
        same(`asked for "${username}"`, await find(blacklist, username, 'sudo su'), undefined);
      }
      for (const title of ['sudo', 'sudosu', 'sudo  su', 'sudo su!', 'sudo_su', '%']) {
        same(`asked about "${title}"`, await find(blacklist, 'änn', title), undefined);
      }
      assert.equal(await blacklist.remove({ username: 'ÄNN ', title: 'sudo SU' }), true, 'removed by another spelling');
      await blacklist.put({ ...optOut, username: ' ANN' });
      assert.ok(await find(blacklist, 'ann', 'sudo'), 'an opt-out of " ANN"');
      assert.equal(await blacklist.remove({ username: 'Ann' }), true, 'an opt-out, by another spelling');
    },
  },
  {
    rule: 'to put an entry twice is a no-op: it is removed at once',
    async run({ blacklist, other }) {
      const second = await other();
      for (const entry of [optOut, mute]) {
        await blacklist.put(entry);
        await second.put(entry);
      }
      await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? blacklist : second).put(optOut)));
      assert.equal(await blacklist.remove({ username: 'ann' }), true);
      same('the mute is left', await find(blacklist, 'ann', 'sudo'), mute);
      assert.equal(await blacklist.remove({ username: 'ann', title: 'sudo' }), true);
      same('nothing is left', await find(blacklist, 'ann', 'sudo'), undefined);
    },
  },
  {
    rule: 'of two mutes of one login and title the later end wins, as a whole, in whatever order they come',
    async run({ blacklist }) {
      const later: BlacklistEntry = { username: 'ann', title: 'sudo', reason: 'ignore last 2h', until: NOW + 2 * HOUR };
      await blacklist.put(mute);
      await blacklist.put(later);
      same('the later second', await find(blacklist, 'ann', 'sudo'), later);
      await blacklist.put(mute);
      same('the earlier third', await find(blacklist, 'ann', 'sudo'), later);
      const last = { ...mute, until: NOW + 3 * HOUR };
      await blacklist.put(last);
      same('the latest, with bounds', await find(blacklist, 'ann', 'sudo'), last);
    },
  },
  {
    rule: 'of many mutes put at once, the latest end wins',
    async run({ blacklist, other }) {
      const second = await other();
      const mutes = Array.from({ length: 20 }, (_, index) => ({
        ...mute,
        reason: `mute ${index}`,
        until: NOW + ((index * 7) % 20) * HOUR + HOUR,
      }));
      await Promise.all(mutes.map((entry, index) => (index % 2 ? blacklist : second).put(entry)));
      const latest = mutes.toSorted((a, b) => b.until - a.until)[0];
      same('the latest', await find(blacklist, 'ann', 'sudo'), latest);
    },
  },
  {
    rule: 'remove takes away the opt-out or the mute, and says false when there was none',
    async run({ blacklist }) {
      assert.equal(await blacklist.remove({ username: 'ann' }), false, 'no opt-out');
      assert.equal(await blacklist.remove({ username: 'ann', title: 'sudo' }), false, 'no mute');
      await blacklist.put(optOut);
      await blacklist.put(mute);
      assert.equal(await blacklist.remove({ username: 'ann', title: 'login' }), false, 'no mute of that title');
      assert.equal(await blacklist.remove({ username: 'bob' }), false, 'no opt-out of that login');
      assert.equal(await blacklist.remove({ username: 'ann', title: 'sudo' }), true, 'the mute');
      same('the opt-out is left', await find(blacklist, 'ann', 'sudo'), optOut);
      assert.equal(await blacklist.remove({ username: 'ann' }), true, 'the opt-out');
      same('nothing is left', await find(blacklist, 'ann', 'sudo'), undefined);
      assert.equal(await blacklist.remove({ username: 'ann' }), false, 'removed already');
    },
  },
  {
    rule: 'what one process puts or removes, another finds so at once',
    async run({ blacklist, other }) {
      const second = await other();
      for (const entry of [optOut, mute]) {
        const { username, title } = entry;
        const key = title === undefined ? { username } : { username, title };
        same('before', await find(second, 'ann', 'sudo'), undefined);
        await blacklist.put(entry);
        same('put', await find(second, 'ann', 'sudo'), entry);
        assert.equal(await second.remove(key), true);
        same('removed', await find(blacklist, 'ann', 'sudo'), undefined);
      }
    },
  },
  {
    rule: 'text of any kind stays what it is, in a reason, a title and a login',
    async run({ blacklist }) {
      for (const text of [...HOSTILE_TEXTS, '%', '_', '*', '__proto__', 'constructor']) {
        const entry = { ...mute, username: `x ${text} x`.toLowerCase(), title: text.toLowerCase(), reason: text };
        await blacklist.put(entry);
        same('the mute', await find(blacklist, entry.username, entry.title), entry);
        same('of another title', await find(blacklist, entry.username, 'sudo'), undefined);
        same('of another login', await find(blacklist, 'ann', entry.title), undefined);
      }
    },
  },
  {
    rule: 'a long title mutes no other that begins like it, and a long reason is no obstacle',
    async run({ blacklist }) {
      const long = 'a'.repeat(600);
      await answerOrRefusal('put', blacklist.put({ ...mute, title: `${long} one` }));
      same('another long title', await find(blacklist, 'ann', `${long} two`), undefined);
      same('its beginning', await find(blacklist, 'ann', long.slice(0, 255)), undefined);
      await answerOrRefusal('put', blacklist.put({ ...optOut, username: `${long} one` }));
      same('another long login', await find(blacklist, `${long} two`, 'sudo'), undefined);
      await blacklist.put({ ...mute, reason: `begins here ${long}` });
      const found = await find(blacklist, 'ann', 'sudo');
      assert.equal(found?.reason.slice(0, 200), `begins here ${long}`.slice(0, 200));
    },
  },
  {
    rule: 'a store that cannot be reached is a PluginError, UNAVAILABLE or BAD_CREDENTIALS',
    skip: needs('unreachable'),
    async run({ unreachable }) {
      const blacklist = await unreachable?.();
      assert.ok(blacklist);
      const codes = ['UNAVAILABLE', 'BAD_CREDENTIALS'] as const;
      await rejection('find', find(blacklist, 'ann', 'sudo'), codes);
      await rejection('put', blacklist.put(mute), codes);
      await rejection('remove', blacklist.remove({ username: 'ann' }), codes);
    },
  },
];

/** Registers a vitest test for each rule of a Blacklist. */
export function testBlacklist(options: SuiteOptions<BlacklistHarness>): void {
  registerRules('Blacklist', blacklistRules, options);
}
