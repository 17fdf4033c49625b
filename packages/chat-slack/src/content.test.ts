import type { MessageNode, OutgoingMessage } from '@securitybot/core';
import { describe, expect, test } from 'vitest';
import { bundle, contentOf, MOST_BUNDLED, plainContentOf, richTextOf } from './content.js';
import { richText } from './rich-text.js';

const text = (words: string): MessageNode => ({ type: 'text', text: words });
const quote = (words: string): MessageNode => ({ type: 'quote', text: words });
const line: MessageNode = { type: 'break' };
const message = (nodes: readonly MessageNode[], more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: 'k',
  nodes,
  ...more,
});

/** Slack's limits, wherever they come from: text, blocks and their sum. */
function expectWithinLimits({ text, blocks }: { text: string; blocks: readonly object[] }): void {
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
}

describe('a message as rich text', () => {
  test('keeps strong, code, quotes, links and lines apart', () => {
    const nodes: MessageNode[] = [
      { type: 'strong', text: 'sudo' },
      text(': on web-1'),
      line,
      quote('sudo su\nid'),
      line,
      { type: 'link', url: 'https://siem.example/1?a=1&b=2' },
      line,
      text('Did you do this? Type '),
      { type: 'code', text: 'yes' },
    ];
    expect(richText(nodes).elements).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'sudo', style: { bold: true } },
          { type: 'text', text: ': on web-1' },
        ],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'sudo su\nid' }] },
      {
        type: 'rich_text_section',
        elements: [
          { type: 'link', url: 'https://siem.example/1?a=1&b=2' },
          { type: 'text', text: '\nDid you do this? Type ' },
          { type: 'text', text: 'yes', style: { code: true } },
        ],
      },
    ]);
  });

  test('a message of nothing still is one, as Slack refuses an empty block', () => {
    const shown = [{ type: 'rich_text_section', elements: [{ type: 'text', text: '…' }] }];
    for (const nodes of [[], [text('')], [quote('')], [text(''), quote('')]]) {
      expect(richText(nodes).elements).toEqual(shown);
      expect(contentOf(message(nodes)).text).not.toBe('');
    }
  });

  test('only http and https become links, and an address that is too long does not', () => {
    const urls = ['javascript:alert(1)', 'https://', 'https://a b', `https://a.example/${'x'.repeat(2000)}`, 'ftp://x'];
    const elements = richText(urls.map((url) => ({ type: 'link', url }))).elements.flatMap((part) => part.elements);
    expect(elements.map(({ type }) => type)).toEqual(['text']);
  });

  test('a lone surrogate does not reach Slack', () => {
    expect(JSON.stringify(contentOf(message([text('a\ud800b'), quote('c\udc00')])))).not.toMatch(/\\ud[89a-f]/i);
  });
});

describe('what notifications and screen readers say', () => {
  test('is the whole message, with the three escapes', () => {
    const { text: said } = contentOf(message([text('<!channel> & co'), line, quote('a > b'), text('ok?')]));
    expect(said).toBe('&lt;!channel&gt; &amp; co\n&gt; a &gt; b\nok?');
  });
});

describe('what is too long', () => {
  const choices = [
    { label: 'Yes, that was me', value: `answer:${'a'.repeat(64)}.1:1:yes`, asksReason: true },
    { label: 'L'.repeat(200), value: 'v'.repeat(200) },
  ];

  test('is cut where it is longest: the question and the buttons stay', () => {
    const nodes = [text('sudo: on web-1'), line, quote('"<&>\n'.repeat(60_000)), text('Did you do this?')];
    const content = contentOf(message(nodes, { choices }), 'U123');
    expectWithinLimits(content);
    const shown = JSON.stringify(content.blocks);
    expect(shown).toContain('sudo: on web-1');
    expect(shown).toContain('Did you do this?');
    expect(shown).toContain('Yes, that was me');
    expect(content.text).toContain('Did you do this?');
  });

  test('ten long alerts in one question are all there', () => {
    const nodes = Array.from({ length: 10 }, (_, index) => [
      { type: 'strong', text: `alert ${index}` } as const,
      text('d'.repeat(2000)),
      quote('漢'.repeat(5000)),
      { type: 'link', url: `https://siem.example/${index}` } as const,
      line,
    ]).flat();
    const content = contentOf(message([...nodes, text('Did you do all of these?')], { choices }), 'U123');
    expectWithinLimits(content);
    for (let index = 0; index < 10; index += 1) {
      expect(JSON.stringify(content.blocks)).toContain(`"alert ${index}"`);
      expect(JSON.stringify(content.blocks)).toContain(`https://siem.example/${index}"`);
    }
    expect(JSON.stringify(content.blocks)).toContain('Did you do all of these?');
  });

  test('thousands of parts, each short, lose their middle', () => {
    const nodes = Array.from({ length: 5000 }, (_, index): MessageNode[] => [
      { type: index % 2 === 0 ? 'strong' : 'code', text: `part ${index}` },
      line,
    ]).flat();
    const content = contentOf(message([text('begin'), ...nodes, text('end?')], { choices }), 'U123');
    expectWithinLimits(content);
    expect(JSON.stringify(content.blocks)).toContain('begin');
    expect(JSON.stringify(content.blocks)).toContain('end?');
  });

  test('the plainest form is short, too, keeps the buttons, and as an edit stays rich text', () => {
    const nodes = [text('begin'), quote('x'.repeat(50_000)), text('end?')];
    const sent = plainContentOf(message(nodes, { choices }), 'U123', false);
    expectWithinLimits(sent);
    expect(sent.blocks).toMatchObject([{ type: 'section', text: { type: 'plain_text' } }, { type: 'actions' }]);
    expect(JSON.stringify(sent.blocks)).toContain('end?');
    expect(plainContentOf(message(nodes), undefined, true).blocks).toMatchObject([{ type: 'rich_text' }]);
  });
});

describe('buttons', () => {
  test('are plain text within 75 characters, and never in a room', () => {
    const choices = [{ label: '*L* '.repeat(50), value: 'v' }];
    const [, actions] = contentOf(message([text('?')], { choices }), 'U123').blocks;
    expect(actions).toMatchObject({
      type: 'actions',
      elements: [{ type: 'button', text: { type: 'plain_text', emoji: false }, value: 'U123/v' }],
    });
    const [label] = (actions as { elements: { text: { text: string } }[] }).elements;
    expect(label?.text.text).toHaveLength(75);
    expect(contentOf(message([text('?')], { choices })).blocks).toHaveLength(1);
  });
});

describe('many messages as one', () => {
  const report = (index: number, length: number) =>
    message([text(`ann${index}: sudo (denied)`), line, text('d'.repeat(length)), line, quote('I was at lunch')]);

  test('are whole where all fit', () => {
    const shown = JSON.stringify(richTextOf(bundle([report(1, 10), report(2, 10)]).nodes));
    expect(shown.match(/I was at lunch/g)).toHaveLength(2);
  });

  test('keep their first lines where they do not', () => {
    const many = Array.from({ length: MOST_BUNDLED }, (_, index) => report(index, 3000));
    const content = contentOf(bundle(many));
    expectWithinLimits(content);
    for (let index = 0; index < MOST_BUNDLED; index += 1) {
      expect(JSON.stringify(content.blocks)).toContain(`ann${index}: sudo (denied)`);
    }
  });

  test('keep their first lines where they are of too many parts', () => {
    const content = contentOf(bundle(Array.from({ length: MOST_BUNDLED }, (_, index) => report(index, 10))));
    for (let index = 0; index < MOST_BUNDLED; index += 1)
      expect(JSON.stringify(content.blocks)).toContain(`ann${index}: sudo (denied)`);
  });

  test('a first line of any length leaves room for the others', () => {
    const many = Array.from({ length: MOST_BUNDLED }, (_, index) => message([text(`${index}: ${'"'.repeat(9000)}`)]));
    const content = contentOf(bundle(many));
    expectWithinLimits(content);
    for (let index = 0; index < MOST_BUNDLED; index += 1)
      expect(JSON.stringify(content.blocks)).toContain(`${index}: `);
  });
});
