import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wakeAt } from './wake.js';
import { type Step, type World, walk } from './walk.js';

const WORLDS: readonly (readonly [string, World])[] = [
  ['one alert, every effect late or failing', { alerts: 1, delivers: false }],
  ['two alerts, one of them critical', { alerts: 2, delivers: true }],
  ['one alert, no permission asked', { alerts: 1, delivers: true, policy: { askBeforePush: false } }],
  ['one alert, proof waived', { alerts: 1, delivers: true, policy: { titles: { sudo: { proof: 'waived' } } } }],
];

function newlyClosed({ before, after }: Step) {
  return after.tasks.filter(
    ({ alert, verdict }) => verdict && !before.tasks.find((task) => task.alert.id === alert.id)?.verdict,
  );
}

describe.each(WORLDS)('all reachable states: %s', (_name, world) => {
  test('the invariants hold at every step', { timeout: 120_000 }, () => {
    const broken = new Map<string, Step>();
    const verdicts = new Set<string>();
    const states = walk(world, (step) => {
      if (!world.policy) gather(step);
      const { before, event, after, effects } = step;
      const holds = (rule: string, isTrue: boolean) => {
        if (!isTrue && !broken.has(rule)) broken.set(rule, step);
      };
      // Invariant 3: only proof lowers risk.
      for (const task of newlyClosed(step)) {
        verdicts.add(task.verdict?.kind === 'escalated' ? task.verdict.cause : (task.verdict?.kind ?? ''));
        const question = before.questions.find(({ tasks }) => tasks.includes(task.alert.id));
        if (task.verdict?.kind === 'confirmed' && task.verdict.proof === 'challenge') {
          const effect = event.type === 'checked' && before.outbox.find(({ key }) => key === event.key);
          holds('confirmed needs an approved challenge', event.type === 'checked' && event.result === 'approved');
          holds(
            'the challenge is bound to the task',
            effect !== false &&
              effect?.type === 'check' &&
              effect.question === question?.id &&
              effect.token === question.challenge?.token,
          );
          holds('confirmed needs a yes', task.answer?.said === 'yes');
          holds(
            'the challenge was attempted for the task',
            task.history.some(({ what, detail }) => what === 'pushed' && detail === question?.challenge?.id),
          );
        }
        if (task.verdict?.kind === 'confirmed' && task.verdict.proof === 'waived') {
          holds('waived only where policy says so', world.policy?.titles?.[task.alert.title]?.proof === 'waived');
        }
        if (task.verdict?.kind === 'escalated') {
          const { cause } = task.verdict;
          holds(
            'an escalation is reported',
            effects.some(
              (effect) => effect.type === 'report' && effect.cause === cause && effect.tasks.includes(task.alert.id),
            ),
          );
        }
      }
      for (const effect of effects) {
        if (effect.type !== 'mute') continue;
        const isProven = newlyClosed(step).some(
          ({ alert, verdict }) =>
            alert.title === effect.entry.title && verdict?.kind === 'confirmed' && verdict.proof === 'challenge',
        );
        const isLast =
          event.type === 'ignore' &&
          event.which === 'last' &&
          before.tasks.some(
            ({ alert, verdict }) =>
              alert.title === effect.entry.title && verdict?.kind === 'confirmed' && verdict.proof === 'challenge',
          );
        holds('a mute follows proof', isProven || isLast);
        holds('a mute begins now', effect.entry.since === event.at && (effect.entry.until ?? 0) > event.at);
      }
      // Invariant 4: an answer belongs to its question.
      if (event.type === 'answer') {
        const answered = after.tasks.filter(
          ({ alert, answer }) => answer && answer !== before.tasks.find((task) => task.alert.id === alert.id)?.answer,
        );
        holds(
          'an answer is about one question',
          new Set(answered.map(({ alert }) => before.questions.find(({ tasks }) => tasks.includes(alert.id))?.id))
            .size <= 1,
        );
        const { target } = event;
        if (target) {
          const question = before.questions.find(({ id }) => id === target.question);
          const isMeant = question?.step === target.step;
          if (!isMeant)
            holds(
              'a stale press changes no task',
              after.tasks.every((task, i) => task === before.tasks[i]),
            );
        } else if (before.questions.length > 1 && !/^\d/.test(event.rest)) {
          holds(
            'typed text with several questions open changes no task',
            after.tasks.every((task, i) => task === before.tasks[i]),
          );
        }
        holds(
          'a given answer stands',
          before.tasks.every(
            ({ alert, answer }) => !answer || after.tasks.find((task) => task.alert.id === alert.id)?.answer === answer,
          ),
        );
      }
      // Invariant 1: nothing is lost.
      holds(
        'no task disappears',
        before.tasks.every(
          ({ alert, state }) => state === 'closed' || after.tasks.some((task) => task.alert.id === alert.id),
        ),
      );
      holds(
        'a closed task stays closed',
        before.tasks.every(
          (task) =>
            task.state !== 'closed' ||
            (after.tasks.find(({ alert }) => alert.id === task.alert.id)?.state ?? 'closed') === 'closed',
        ),
      );
      const isOpen = after.tasks.some(({ state }) => state !== 'closed');
      holds('every open state has a wake-up time', !isOpen || wakeAt(after) !== undefined);
      holds(
        'a report is only let go when it is done',
        before.outbox.every(
          (effect) =>
            effect.type !== 'report' ||
            after.outbox.some(({ key }) => key === effect.key) ||
            (event.type === 'done' && event.key === effect.key),
        ),
      );
      const proving = after.questions.filter(({ state }) => state === 'proving');
      holds('one challenge a person at a time', proving.length <= 1);
      holds(
        'at most two pushes a task',
        after.tasks.every(({ pushes }) => pushes <= 2),
      );
      holds(
        'a question has open tasks, all in its state',
        after.questions.every(
          ({ tasks, state }) =>
            tasks.length > 0 && tasks.every((id) => after.tasks.find(({ alert }) => alert.id === id)?.state === state),
        ),
      );
      holds(
        'a task is in one question at the most',
        after.tasks.every(({ alert }) => after.questions.filter(({ tasks }) => tasks.includes(alert.id)).length <= 1),
      );
      holds('keys are unique', new Set(after.outbox.map(({ key }) => key)).size === after.outbox.length);
      holds('it is all JSON', JSON.stringify(JSON.parse(JSON.stringify(after))) === JSON.stringify(after));
    });
    expect([...broken].map(([rule, step]) => `${rule}: ${JSON.stringify(step.event)}`)).toEqual([]);
    expect(states).toBeGreaterThan(5);
    expect(states).toBeLessThan(100_000);
    if (world.alerts === 1 && !world.policy) {
      expect([...verdicts].toSorted()).toEqual([
        'auth-unavailable',
        'bypassed',
        'confirmed',
        'denied',
        'expired',
        'fraud',
        'locked-out',
        'no-answer',
        'no-factor',
        'opted-out',
        'push-denied',
        'push-limit',
        'refused-proof',
        'undeliverable',
        'unsure',
      ]);
    }
  });
});

/** What moves tasks from one state to another: gathered on the walks above, drawn below. */
const edges = new Map<string, Set<string>>();

function labelOf({ event }: Step): string {
  switch (event.type) {
    case 'answer':
      return event.said;
    case 'checked':
      return event.result;
    case 'failed':
    case 'lost':
      return 'provider fails';
    case 'tick':
      return 'time is over';
    case 'alerts':
      return 'alert';
    default:
      return event.type;
  }
}

function gather(step: Step): void {
  for (const { alert, state, verdict } of step.after.tasks) {
    const from = step.before.tasks.find((task) => task.alert.id === alert.id)?.state ?? '[*]';
    if (from === state || from === 'closed') continue;
    const to = verdict?.kind ?? state;
    // Seldom ways (a push whose turn comes with another event) would hide the usual ones.
    const label = verdict?.kind === 'escalated' ? verdict.cause : labelOf(step);
    const key = `${from} --> ${to}`;
    edges.set(key, (edges.get(key) ?? new Set()).add(label));
  }
}

function diagram(): string {
  const lines = [...edges].map(([edge, labels]) => `  ${edge}: ${[...labels].toSorted().join(', ')}`).toSorted();
  return ['stateDiagram-v2', ...lines, '  confirmed --> [*]', '  escalated --> [*]', ''].join('\n');
}

test('the diagram in docs/how-it-works.md is the code’s (UPDATE_DOCS=1 writes it)', () => {
  const path = new URL('../../../../docs/how-it-works.md', import.meta.url);
  const page = readFileSync(path, 'utf8');
  const block = /(```mermaid\n)[\s\S]*?(```)/;
  expect(page).toMatch(block);
  const drawn = page.replace(block, (_all, open: string, close: string) => open + diagram() + close);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, drawn);
  else expect(page).toBe(drawn);
});
