import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate, renderTemplate } from './template.js';

const render = (source: string, values?: Readonly<Record<string, string>>) =>
  renderTemplate(parseTemplate(source), values);
const text = (value: string) => ({ type: 'text', text: value });
const strong = (value: string) => ({ type: 'strong', text: value });
const code = (value: string) => ({ type: 'code', text: value });
const quote = (value: string) => ({ type: 'quote', text: value });
const link = (url: string) => ({ type: 'link', url });
const lineEnd = { type: 'break' };

describe('the language', () => {
  test.each([
    ['plain words', [text('plain words')]],
    ['*strong* and `code`', [strong('strong'), text(' and '), code('code')]],
    ['*a*`b`*c*', [strong('a'), code('b'), strong('c')]],
    ['a * in `*code*`', undefined],
    ['`a * in code`', [code('a * in code')]],
    ['*a ` in strong*', [strong('a ` in strong')]],
    ['**', []],
    ['> a quote', [quote('a quote')]],
    ['> a *quote* of `code`', [quote('a quote of code')]],
    ['>', [quote('')]],
    ['>no quote', [text('>no quote')]],
    ['a > b', [text('a > b')]],
    ['\\> no quote', [text('> no quote')]],
    ['{{braces}} {{{{', [text('{braces} {{')]],
    ['\\*a\\* \\`b\\` \\\\', [text('*a* `b` \\')]],
    ['C:\\temp \\n \\', [text('C:\\temp \\n \\')]],
    ['one\ntwo\n\nfour', [text('one'), lineEnd, text('two'), lineEnd, lineEnd, text('four')]],
    ['last\n\n', [text('last')]],
    ['', []],
    ['\n', []],
    ['https://example.com/wiki', [link('https://example.com/wiki')]],
    ['see https://example.com/wiki', [text('see https://example.com/wiki')]],
    ['javascript:alert(1)', [text('javascript:alert(1)')]],
    ['`https://example.com/`', [code('https://example.com/')]],
    ['–, “…” 漢字 😀', [text('–, “…” 漢字 😀')]],
  ])('%j', (source, nodes) => {
    if (nodes) expect(render(source)).toEqual(nodes);
    else expect(() => parseTemplate(source)).toThrow(SyntaxError);
  });

  test('names its placeholders, each once', () => {
    expect(parseTemplate('{a} *{b}*\n> {a} {cD-1} {{e}}').placeholders).toEqual(['a', 'b', 'cD-1']);
    expect(parseTemplate('none').placeholders).toEqual([]);
  });

  test.each([
    ['{', 'A "{" without its counterpart. Write {{ for the character itself.'],
    ['}', 'A "}" without its counterpart. Write }} for the character itself.'],
    ['{name', 'A "{" without its counterpart'],
    ['name}', 'A "}" without its counterpart'],
    ['{{name}', 'A "}" without its counterpart'],
    ['{na{me}', 'A "{" without its counterpart'],
    ['{na\nme}', 'A "{" without its counterpart'],
    ['{}', '"{}" is no placeholder. Write a name, or {{ for a brace.'],
    ['{ name }', '"{ name }" is no placeholder'],
    ['{Name}', '"{Name}" is no placeholder'],
    ['{1}', '"{1}" is no placeholder'],
    ['{__proto__}', '"{__proto__}" is no placeholder'],
    ['{\u202eexplanation}', '"{explanation}" is no placeholder'],
    ['{na*me}', '"{na*me}" is no placeholder'],
    ['*open', 'A * that is not closed on its line. Write \\ before it for the character itself.'],
    ['open`', 'A ` that is not closed on its line'],
    ['*over\ntwo*', 'A * that is not closed on its line'],
    ['\\**', 'A * that is not closed on its line'],
    ['*a `b*', undefined],
    ['`a *b`', undefined],
    ['good\n> `bad', 'A ` that is not closed on its line'],
  ])('%j: %s', (source, message) => {
    if (message === undefined) expect(() => parseTemplate(source)).not.toThrow();
    else {
      expect(() => parseTemplate(source)).toThrow(SyntaxError);
      expect(() => parseTemplate(source)).toThrow(message);
    }
  });

  test('no source makes the parser throw anything else', () => {
    const pieces = fc.constantFrom('{', '}', '{{', '}}', '*', '`', '\\', '> ', '\n', '{a}', 'x', ' ', '\ud83d');
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(source, (given) => {
        try {
          renderTemplate(parseTemplate(given));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('values', () => {
  test.each([
    '<!channel>',
    '*',
    '`',
    '{x}',
    '{{',
    '> quoted',
    '\\*',
    '*bold* `code`',
    '</p><script>',
    '&amp;',
    '{name}',
  ])('%j stays as it is, wherever it stands', (value) => {
    const values = { name: value };
    expect(render('a {name} b', values)).toEqual([text(`a ${value} b`)]);
    expect(render('{name}', values)).toEqual([text(value)]);
    expect(render('*{name}*', values)).toEqual([strong(value)]);
    expect(render('`{name}`', values)).toEqual([code(value)]);
    expect(render('> {name}', values)).toEqual([quote(value)]);
  });

  test('become a link only where they are {url}', () => {
    const evil = 'https://evil.example/login';
    expect(render('{url}', { url: evil })).toEqual([link(evil)]);
    for (const name of ['title', 'description', 'explanation']) {
      expect(render(`{${name}}`, { [name]: evil })).toEqual([text(evil)]);
      expect(render(`*Hi* {${name}}`, { [name]: evil })).toEqual([strong('Hi'), text(` ${evil}`)]);
      expect(render(`*Hi*{${name}}`, { [name]: evil })).toEqual([strong('Hi'), text(evil)]);
    }
    expect(render('{url}', { url: 'javascript:alert(1)' })).toEqual([text('javascript:alert(1)')]);
    expect(render('{url}', { url: 'https://example.com/ and more' })).toEqual([text('https://example.com/ and more')]);
    expect(render('https://siem.example/?q={title}', { title: 'a b' })).toEqual([text('https://siem.example/?q=a b')]);
    expect(render('https://siem.example/?q={title}', { title: 'ab' })).toEqual([link('https://siem.example/?q=ab')]);
  });

  test('that are missing, or not the object’s own, are empty', () => {
    expect(render('a{b}c {constructor}{toString}', {})).toEqual([]);
    expect(render('a{b}c{d}', { d: 'e' })).toEqual([text('ace')]);
    expect(render('{b}')).toEqual([]);
  });

  test('of several lines keep them in a quote, and become one line elsewhere', () => {
    const values = { a: 'one \r\n\n  two' };
    expect(render('> {a}', values)).toEqual([quote('one \n\n  two')]);
    expect(render('<{a}>', values)).toEqual([text('<one two>')]);
    expect(render('*{a}*', values)).toEqual([strong('one two')]);
  });

  test('lose control, invisible and bidirectional characters', () => {
    expect(render('{a}', { a: 'x\u001b[31m\u202ey\u200b\u0007z' })).toEqual([text('x[31myz')]);
  });

  test('that are all empty leave their line out, breaks and all', () => {
    const source = '*{title}*\n{description}\nSaid: {said}\n> {explanation}\n{url}\nthe end';
    expect(render(source, { title: 'sudo', description: '', said: ' ', url: '\u200b' })).toEqual([
      strong('sudo'),
      lineEnd,
      text('the end'),
    ]);
    expect(render('{a}\nb', {})).toEqual([text('b')]);
    expect(render('{a}, {b}\n', { b: 'c' })).toEqual([text(', c')]);
    expect(render('{a}', {})).toEqual([]);
  });

  test('that are empty and end their line take the colon, comma or dash before them along', () => {
    expect(render('{title}: {description}', { title: 'sudo', description: ' \u200b' })).toEqual([text('sudo')]);
    expect(render('*{title}*: {description}\nb', { title: 'sudo' })).toEqual([
      strong('sudo'),
      text(''),
      lineEnd,
      text('b'),
    ]);
    expect(render('> {a} – {b}', { a: 'x:' })).toEqual([quote('x:')]);
    expect(render('{a}: {b}!', { a: 'x' })).toEqual([text('x: !')]);
    expect(render('{a}: {b}', { a: 'x', b: 'y:' })).toEqual([text('x: y:')]);
    expect(render('*You said {a}.* {b}', { a: 'x' })).toEqual([strong('You said x.'), text('')]);
  });

  test('of 300,000 letters, blanks, breaks or characters that are not shown are filled in fast, and cut', () => {
    const template = parseTemplate('*{a}*: {a} {a}\n> {a}\n{a}');
    for (const unit of ['a', ' ', '\n', ' \n', '\u200b', '*', '{a}', '😀']) {
      const started = performance.now();
      const nodes = renderTemplate(template, { a: unit.repeat(300_000) });
      expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(5000);
      for (const node of nodes) if ('text' in node) expect(node.text.length).toBeLessThanOrEqual(2 * 4000 + 3);
    }
  });
});

test.each([
  ['\n', 300_000],
  ['> \n', 30_000],
  ['{{', 100_000],
  ['{a', 100_000],
  ['*a* ', 30_000],
  ['\\', 100_000],
  ['a', 300_000],
])('a template of %j, %d times, is read in linear time', (unit, times) => {
  const started = performance.now();
  for (const source of [`${unit.repeat(times)}x`, `x${unit.repeat(times)}`]) {
    try {
      parseTemplate(source);
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
    }
  }
  expect(performance.now() - started).toBeLessThan(5000); // quadratic takes a minute
});
