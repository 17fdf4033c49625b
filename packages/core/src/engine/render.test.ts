import { describe, expect, test } from 'vitest';
import { commandRegistry } from '../commands/registry.js';
import { alertOf, play } from '../conversation/fixtures.js';
import type { Effect, Part } from '../conversation/types.js';
import { messageBook } from '../messages/book.js';
import { defaultMessages } from '../messages/defaults.js';
import { plainText } from '../messages/plain.js';
import { createRenderer, readChoice } from './render.js';

const commands = commandRegistry([{ name: 'hi', run: 'hi', summary: '', usage: [], success: 'Hello {name}!' }], {
  hi: () => ({ type: 'status' }),
});
const renderer = createRenderer(messageBook(defaultMessages), commands);
const common = { key: 'k', notBefore: 0, tries: 0 };

function send(parts: readonly Part[], game = play()): string {
  return plainText(
    renderer.message({ ...common, type: 'send', parts } as Effect & { type: 'send' }, game.conversation).nodes,
  );
}

describe('what a message says', () => {
  test('parts are paragraphs; empty ones leave nothing behind', () => {
    expect(
      send([{ text: 'one\ntwo' }, { alert: 'gone' }, { command: 'hi', outcome: 'failure' }, { message: 'goodbye' }]),
    ).toBe("one\ntwo\nThat's all from me. Have a good day!");
    expect(send([{ command: 'hi', outcome: 'success', values: { name: 'Ann' } }])).toBe('Hello Ann!');
  });

  test('an alert without reason and url is shown without their lines', () => {
    const game = play();
    game.alert(1, { reason: '', url: '' });
    expect(send([{ alert: alertOf(1).id }], game)).toBe('sudo: sudo on web-1');
  });

  test('an explanation is shown up to a thousand characters; the whole is in the store', () => {
    expect(
      send([{ message: 'answered', values: { answer: 'yes', explanation: 'x'.repeat(5000) } }]).length,
    ).toBeLessThan(1100);
  });

  test('a report lists ten alerts and counts the rest', () => {
    const game = play({ bundle: 1 });
    game.alerts(Array.from({ length: 14 }, (_, i) => ({ alert: alertOf(i + 1), route: { to: 'ask' as const } })));
    const report = game.effect('report');
    const { nodes, urgent } = renderer.report(report, game.conversation);
    const lines = plainText(nodes).split('\n');
    expect(lines[0]).toBe('ann: sudo (flood), 13 alerts');
    expect(lines.filter((line) => line.startsWith('ann, sudo'))).toHaveLength(10);
    expect(lines.at(-1)).toBe('and 3 more: securitybot alert list');
    expect(urgent).toBeUndefined();
  });

  test('a report whose alerts are gone says nothing rather than fail', () => {
    const effect = { ...common, type: 'report', tasks: ['gone'], cause: 'flood' } as const;
    expect(renderer.report(effect, play().conversation)).toEqual({ key: 'k', nodes: [] });
  });

  test('a push names the alert, a bundle how many', () => {
    const game = play();
    game.alerts([1, 2].map((i) => ({ alert: alertOf(i), route: { to: 'ask' as const } })));
    expect(renderer.push(game.conversation.tasks.slice(0, 1))).toBe('sudo: sudo on web-1');
    expect(renderer.push(game.conversation.tasks)).toBe('2 alerts, sudo: sudo on web-1');
    expect(renderer.push([])).toBe('0 alerts, ');
  });

  test('a push about an alert without a description ends with its title', () => {
    const game = play();
    game.alerts([{ alert: { ...alertOf(1), description: '' }, route: { to: 'ask' } }]);
    expect(renderer.push(game.conversation.tasks)).toBe('sudo');
  });

  test('the page of open questions names how far each is', () => {
    const game = play();
    game.alert();
    game.prove();
    const { nodes } = renderer.home({ ...common, type: 'home' }, game.conversation);
    expect(plainText(nodes)).toContain('1: sudo (answered, not yet proven)');
  });
});

describe('the value of a button', () => {
  test('comes back as what it says', () => {
    const game = play();
    game.alert();
    const { choices } = renderer.message(game.effect('send'), game.conversation);
    expect(choices?.map(({ value }) => readChoice(value))).toEqual(
      ['yes', 'no', 'unsure'].map((said) => ({ said, question: `${alertOf(1).id}.1`, step: 1 })),
    );
    for (const { value } of choices ?? []) expect(value.length).toBeLessThanOrEqual(200);
  });

  test.each([
    '',
    'answer:x:1:yes',
    `answer:${'0'.repeat(64)}.1:1:maybe`,
    `answer:${'0'.repeat(64)}.1:1:yes:more`,
    `answer:${'0'.repeat(64)}.1:9999999999:yes`,
  ])('%j is none of ours', (value) => {
    expect(readChoice(value)).toBeUndefined();
  });
});
