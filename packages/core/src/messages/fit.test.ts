import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageNode } from '../contracts/message.js';
import { fitNodes, lengthOfNodes } from './fit.js';
import { plainText } from './plain.js';

const text = (words: string): MessageNode => ({ type: 'text', text: words });
const line: MessageNode = { type: 'break' };
/** As plain text of so many characters at the most. */
const fit = (nodes: readonly MessageNode[], max: number) =>
  fitNodes(nodes, max, plainText, ({ length }) => length <= max);

describe('a message that is too long', () => {
  test('is left alone where it is not', () => {
    const nodes = [text('sudo'), line, { type: 'quote', text: 'sudo su' } as const, text('Did you do this?')];
    expect(
      fitNodes(
        nodes,
        1000,
        (fitted) => fitted,
        () => true,
      ),
    ).toEqual(nodes);
  });

  test('is cut where it is longest: its beginning and the question stay', () => {
    const nodes = [
      text('sudo on web-1'),
      line,
      { type: 'quote', text: 'x'.repeat(50_000) } as const,
      text('Did you do this?'),
    ];
    const shown = fit(nodes, 500);
    expect(shown).toMatch(/^sudo on web-1\n> x+…\nDid you do this\?$/);
    expect(shown.length).toBeGreaterThan(300);
  });

  test('an address that is cut is text, as half of it leads somewhere else', () => {
    const url = `https://siem.example/${'x'.repeat(500)}`;
    const nodes: MessageNode[] = [
      { type: 'link', url },
      { type: 'link', url: 'https://a.example' },
    ];
    const fitted = fitNodes(
      nodes,
      200,
      (some) => some,
      () => true,
    );
    expect(fitted.map(({ type }) => type)).toEqual(['text', 'link']);
    expect(lengthOfNodes(fitted)).toBeLessThanOrEqual(200);
  });

  test('of thousands of parts the middle goes', () => {
    const nodes = Array.from({ length: 5000 }, (_, index) => [text(`part ${index}`), line]).flat();
    const shown = fit([text('begin'), ...nodes, text('end?')], 2000);
    expect(shown).toMatch(/^begin.*\n…\n.*end\?$/s);
  });

  test('is cut more and more where markup makes it longer', () => {
    const escaped = (nodes: readonly MessageNode[]) => plainText(nodes).replaceAll('*', '&#42;');
    const nodes = [text('begin '), text('*'.repeat(2000)), text(' end?')];
    const shown = fitNodes(nodes, 1000, escaped, ({ length }) => length <= 1000);
    expect(shown).toMatch(/^begin (&#42;)+… end\?$/);
    expect(shown.length).toBeLessThanOrEqual(1000);
  });

  test('never throws, and always ends', () => {
    const node = fc.oneof(
      fc.record({ type: fc.constantFrom('text', 'strong', 'code', 'quote'), text: fc.string() }),
      fc.record({ type: fc.constant('link'), url: fc.string() }),
      fc.constant(line),
    ) as fc.Arbitrary<MessageNode>;
    fc.assert(
      fc.property(fc.array(node, { maxLength: 300 }), fc.integer({ min: 0, max: 500 }), (nodes, max) => {
        expect(typeof fit(nodes, max)).toBe('string');
        expect(
          fitNodes(
            nodes,
            max,
            (fitted) => fitted.length,
            () => false,
          ),
        ).toBeLessThanOrEqual(154);
      }),
    );
  });
});
