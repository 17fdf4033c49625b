import type { MessageNode } from '@securitybot/core';
import { createZulipServer, type ZulipPerson } from '@securitybot/strict-servers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createZulipChat } from './chat.js';
import { contentOf, renderNodes } from './markdown.js';

const text = (words: string): MessageNode => ({ type: 'text', text: words });
const quote = (words: string): MessageNode => ({ type: 'quote', text: words });
const link = (url: string): MessageNode => ({ type: 'link', url });
const line: MessageNode = { type: 'break' };

describe('a message as Markdown', () => {
  test('keeps strong, code, quotes, links and lines apart', () => {
    const nodes: MessageNode[] = [
      { type: 'strong', text: 'sudo' },
      text(' on web1'),
      line,
      quote('sudo su\nid'),
      line,
      link('https://siem.example/1?a=1&b=2'),
      line,
      text('Did you do this? Type '),
      { type: 'code', text: 'yes' },
    ];
    expect(renderNodes(nodes)).toBe(
      [
        '**sudo** on web1',
        '',
        '> sudo su',
        '> id',
        '',
        '[https&#58;&#47;&#47;siem&#46;example&#47;1?a=1&#38;b=2](https://siem.example/1?a=1&b=2)',
        'Did you do this? Type `yes`',
      ].join('\n'),
    );
  });

  test('of nothing still is one, as Zulip refuses an empty one', () => {
    for (const nodes of [[], [text('')], [quote(' ')], [line, line], [{ type: 'strong', text: ' ' } as const]]) {
      expect(renderNodes(nodes)).toBe('…');
    }
  });

  test('what begins a line cannot make a list, a heading, code, a poll or a fence of it', () => {
    const lines = ['- a', '1. a', '# a', '    a', '> a', '```', '~~~', '---', '/poll a', '/me a', '| a | b |'];
    for (const words of lines) expect(renderNodes([text(words)])).not.toMatch(/^( {4}|[-#>`~/|]|\d\.)/);
  });

  test('code with a backtick in it, and code beside code, stay what they are', () => {
    const code = (words: string): MessageNode => ({ type: 'code', text: words });
    expect(renderNodes([code('a`b')])).toBe('a&#96;b');
    expect(renderNodes([code('a'), code('b')])).toBe('`a` `b`');
    expect(renderNodes([code('@**all**')])).toBe('`@**all**`');
    expect(renderNodes([code('two\nlines')])).toBe('two\nlines');
  });
});

describe('a link', () => {
  test.each([
    ["https://a.example/x(y)[z]*_~$;'!", 'https://a.example/x%28y%29%5Bz%5D%2A_~%24%3B%27%21'],
    ['https://a.example/%2A?q=100%', 'https://a.example/%2A?q=100%'],
    ['HTTP://A.Example', 'http://a.example/'],
    ['https://exämple.com/ü', 'https://xn--exmple-cua.com/%C3%BC'],
  ])('%s leads to %s', (url, target) => {
    expect(renderNodes([link(url)])).toMatch(/^\[.*\]\(/);
    expect(renderNodes([link(url)]).endsWith(`](${target})`)).toBe(true);
  });

  test.each([
    'javascript:alert(1)',
    'https://',
    'https://a b',
    'https://a\n.example',
    'ftp://a.example',
    `https://a.example/${'x'.repeat(2000)}`,
    'https://[::1]/',
    'https://a.example/evil.PNG?x=1', // Zulip's server would fetch it
    'https://a.example/film.mp4',
  ])('none is made of %j', (url) => {
    expect(renderNodes([link(url)])).not.toContain('](');
  });
});

describe('what is too long', () => {
  test('is cut where it is longest, escapes and all: the question stays', () => {
    const nodes = [text('sudo: on web-1'), line, quote('*@**all**\n'.repeat(50_000)), text('Did you do this?')];
    const content = contentOf(nodes, 10_000);
    expect(content.length).toBeLessThanOrEqual(10_000);
    expect(content.length).toBeGreaterThan(2000);
    expect(content).toMatch(/^sudo&#58; on web&#45;1\n\n> /);
    expect(content).toMatch(/\n\nDid you do this\?$/);
  });

  test('ten long alerts in one question are all there', () => {
    const nodes = Array.from({ length: 10 }, (_, index) => [
      { type: 'strong', text: `alert ${index}` } as const,
      text('.'.repeat(2000)),
      quote('漢'.repeat(5000)),
      link(`https://siem.example/${index}`),
      line,
    ]).flat();
    const content = contentOf([...nodes, text('Did you do all of these?')], 10_000);
    expect(content.length).toBeLessThanOrEqual(10_000);
    for (let index = 0; index < 10; index += 1) {
      expect(content).toContain(`**alert ${index}**`);
      expect(content).toContain(`](https://siem.example/${index})`);
    }
    expect(content).toContain('Did you do all of these?');
  });
});

describe('in Zulip', () => {
  let person: ZulipPerson;
  let send: (nodes: readonly MessageNode[]) => Promise<unknown>;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const zulip = await createZulipServer({ limit: false });
    person = zulip.addPerson({ name: 'ann', fullName: 'Ann' });
    zulip.addChannel('general');
    const chat = createZulipChat({ site: zulip.url, email: zulip.email, apiKey: zulip.apiKey });
    send = (nodes) => chat.send({ user: String(person.id) }, { key: 'k', nodes });
    close = () => zulip.close();
  });
  afterAll(() => close());

  const shown = () => person.reads().at(-1);
  const squeeze = (words: string) => words.replace(/[\s>]+/g, ' ').trim();

  test('no text of markup characters and names is anything but text, wherever it stands', async () => {
    const pieces = [
      '*',
      '**',
      '@**all**',
      '@**Ann**',
      '@*security*',
      '#**general**',
      '`',
      '```',
      '~~~',
      '~~',
      '>',
      '#',
      '\\',
    ];
    const more = [
      '[a](https://e.example)',
      'https://e.example',
      'e.com',
      '<',
      '&amp;',
      '&#42;',
      ':skull:',
      '$$',
      '/me',
      '- ',
      '1. ',
    ];
    const words = fc.array(fc.constantFrom(...pieces, ...more, ' ', '\n', 'a', '\u00e4', '😀'), {
      minLength: 1,
      maxLength: 12,
    });
    const kind = fc.constantFrom('text', 'strong', 'quote', 'code');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ type: kind, text: words.map((all) => all.join('')) }), { maxLength: 4 }),
        async (nodes) => {
          const message = nodes.flatMap((node): MessageNode[] => [node as MessageNode, line, text('|'), line]);
          await send([text('begin'), line, ...message, text('end?')]);
          const { mentions, links, previews } = shown() ?? {};
          expect({ mentions, links, previews }).toEqual({ mentions: [], links: [], previews: [] });
          const wanted = nodes.map((node) => node.text);
          expect(squeeze(shown()?.text ?? '')).toBe(
            squeeze(['begin', ...wanted.flatMap((one) => [one, '|']), 'end?'].join('\n')),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('blanks at the beginning make no code', async () => {
    await send([text('a'), line, line, text('    *b*'), quote('    *c*\n\n        *d*')]);
    const lines = shown()
      ?.text.split('\n')
      .map((one) => one.replaceAll('\u00a0', ' '));
    expect(lines).toEqual(['a', '    *b*', '>     *c*', '>         *d*']);
  });

  test('what follows a quote is none', async () => {
    await send([text('before'), quote('a\n\nb'), text('after')]);
    expect(shown()?.text).toMatch(/^before\n> a\n(>\s*\n)?> b\nafter$/);
  });
});
