import { formatDuration } from '@securitybot/core';
import {
  countUnassigned,
  findFailing,
  findHalves,
  findOverdue,
  findRejects,
  listMutes,
  listOptOuts,
  type SqlDatabase,
} from '@securitybot/sql';
import { type Finding, NAMED, some } from './finding.js';

/** What is due longer than this, nobody looks after. In ms. */
const OVERDUE_MS = 60_000;
/** What failed more often than this does not mend itself. */
const TRIES = 5;

const quoted = (text: string) => JSON.stringify(text);

export async function checkHalves(database: SqlDatabase): Promise<Finding> {
  const check = 'halves';
  const { first, count } = some(await findHalves(database, NAMED + 1));
  if (first.length === 0) return { check, level: 'ok', text: 'every alert is whole' };
  return {
    check,
    level: 'warn',
    text: `alerts written by half, about which nobody is asked: ${count}`,
    advice:
      'If a detector is writing just now, look again. Else send them again: its three INSERTs, or securitybot alert create --id ID ' +
      '--username … --title …, which adds the rows that are missing. Or delete the rows that are there.',
    items: first.map(({ id, username, title, missing }) => {
      const about = username === '' && title === '' ? '' : ` (${username}, ${quoted(title)})`;
      return `${id}${about}: no row in ${missing.join(' and ')}`;
    }),
  };
}

export async function checkRejects(database: SqlDatabase): Promise<Finding> {
  const check = 'rejected';
  const { first, count } = some(await findRejects(database, NAMED + 1));
  if (first.length === 0) return { check, level: 'ok', text: 'no alert was rejected' };
  return {
    check,
    level: 'warn',
    text: `alerts about which nobody can be asked: ${count}`,
    advice:
      'Mend its row in alerts and delete that in sb_rejects: then it is looked at again. And mend whatever wrote it.',
    items: first.map(({ id, reason }) => `${id}: ${reason}`),
  };
}

export async function checkStuck(database: SqlDatabase): Promise<Finding[]> {
  const check = 'stuck';
  const now = await database.now();
  const before = new Date(now.getTime() - OVERDUE_MS);
  const { first, count } = some(await findOverdue(database, before, NAMED + 1));
  const waiting = await countUnassigned(database, before);
  const findings: Finding[] = [];
  if (first.length > 0) {
    findings.push({
      check,
      level: 'fail',
      text: `people whose alerts nobody looks after though they are due: ${count}`,
      advice: 'Is a bot running on this database? If so, its log says what holds it up.',
      items: first.map(({ person, dueAt }) => `${person}: due for ${formatDuration(now.getTime() - dueAt)}`),
    });
  }
  if (waiting > 0) {
    findings.push({
      check,
      level: 'warn',
      text: `open alerts that no bot has taken up: ${waiting}`,
      advice:
        'A running bot takes them up within seconds: securitybot start. If one runs on this database, look again, then at its log.',
    });
  }
  return findings.length > 0 ? findings : [{ check, level: 'ok', text: 'nothing is overdue' }];
}

export async function checkEffects(database: SqlDatabase): Promise<Finding[]> {
  const check = 'effects';
  const now = await database.now();
  const { effects, unreadable } = await findFailing(database, TRIES, NAMED + 1);
  const failing = some(effects);
  const broken = some(unreadable);
  const findings: Finding[] = [];
  if (failing.first.length > 0) {
    findings.push({
      check,
      level: 'fail',
      text: `messages, reports and pushes that fail again and again: ${failing.count}`,
      advice:
        "They are tried again until they go well. The bot's log says what the provider answers: a token, a channel, a network to mend.",
      items: failing.first.map(({ person, type, tries, failingSince }) => {
        const since = failingSince === undefined ? '' : `, for ${formatDuration(now.getTime() - failingSince)}`;
        return `${person}: ${type}, ${tries} times${since}`;
      }),
    });
  }
  if (broken.first.length > 0) {
    findings.push({
      check,
      level: 'fail',
      text: `conversations that cannot be read, because somebody edited them: ${broken.count}`,
      advice:
        'Restore their rows in sb_conversations from a backup, or begin them anew: see the README of @securitybot/tasker-sql.',
      items: broken.first,
    });
  }
  return findings.length > 0 ? findings : [{ check, level: 'ok', text: 'nothing fails again and again' }];
}

export async function checkPeople(database: SqlDatabase): Promise<Finding> {
  const optOuts = (await listOptOuts(database)).length;
  const mutes = (await listMutes(database, { inForceAt: await database.now() })).length;
  return {
    check: 'people',
    level: 'ok',
    text: `opted out: ${optOuts}; mutes in force: ${mutes} (securitybot blacklist list, securitybot ignored)`,
  };
}
