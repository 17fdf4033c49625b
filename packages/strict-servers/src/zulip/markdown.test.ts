import { describe, expect, test } from 'vitest';
import type { Names } from './inline.js';
import { renderMarkdown } from './markdown.js';

const names: Names = {
  person: (name, id) => ((name === '' || name === 'Ann') && (id === undefined || id === 9) ? 'Ann' : undefined),
  hasGroup: (name) => name === 'security',
  hasChannel: (name) => name === 'general',
};
const read = (content: string) => renderMarkdown(content, names);

describe('what is read', () => {
  test.each([
    ['**bold** *it* ~~gone~~ `**code**` ***both***', 'bold it gone **code** both'],
    ['__not bold__ _not it_ snake_case 2 * 3 * 4', '__not bold__ _not it_ snake_case 2 * 3 * 4'],
    ['a \\*b\\* c', 'a \\b\\ c'], // no escape by backslash
    ['&#42;a&#42; &amp;lt; &lt;b&gt; <b>', '*a* &lt; <b> <b>'],
    ['`&#42;`', '&#42;'],
    ['one\ntwo\n\nthree', 'one\ntwo\nthree'],
    ['> quoted\nlazily\n\nnot', '> quoted\n> lazily\nnot'],
    ['```quote\n**a**\n```\nb', '> a\nb'],
    ['```\n**a** @**all**\n```', '**a** @**all**'],
    ['# Head\n- one\n2. two\n---', 'Head\n• one\n• two\n―――'],
    ['    **indented**', '**indented**'],
    [':skull: :nothing:', '💀 :nothing:'],
    ['/me waves', '[me] /me waves'],
    ['$$x$$', 'x'],
  ])('%j reads %j', (content, text) => {
    expect(read(content).text).toBe(text);
  });
});

describe('whom it calls', () => {
  test.each([
    ['@**all** @**everyone** @**channel** @**topic**', ['@all', '@everyone', '@channel', '@topic']],
    ['@**Ann** and (@**Ann|9**), @**|9**', ['@Ann']],
    ['@*security*', ['@*security*']],
    ['@_**Ann** @_*security*', []],
    ['@**Nobody** @*nobody* @all @Ann a@**Ann**', []],
    ['> @**all**', []],
    ['`@**all**`', []],
    ['&#64;**all** @&#42;&#42;all&#42;&#42;', []],
  ])('%j', (content, mentions) => {
    expect(read(content).mentions).toEqual(mentions);
  });
});

describe('where it leads', () => {
  test.each([
    ['[good](https://evil.example/?a=1&b=2)', ['https://evil.example/?a=1&b=2']],
    ['[a](javascript:alert(1)) [b](data:text/html,x)', []],
    ['[a](b.example) [c](<https://d.example/e f>)', ['http://b.example', 'https://d.example/e f']],
    [
      'see https://a.example/x_(y), or b.com/z. mail c@d.org!',
      ['https://a.example/x_(y)', 'http://b.com/z', 'mailto:c@d.org'],
    ],
    ['a.py file.md no.1', []],
    ['#**general** #**general>topic** #**none**', ['/#narrow/channel/general', '/#narrow/channel/general']],
    ['`https://a.example`', []],
    ['https&#58;//a&#46;example b&#46;com', []],
    ['![a](https://a.example/i.png)', ['https://a.example/i.png']], // only what was uploaded is a picture by this
  ])('%j', (content, links) => {
    expect(read(content).links).toEqual(links);
  });

  test('what Zulip fetches to show it: pictures, and none in a quote', () => {
    expect(read('https://a.example/i.png https://b.example/page').previews).toEqual(['https://a.example/i.png']);
    expect(read('> https://a.example/i.png').previews).toEqual([]);
  });
});

test('a link shows its label, entities and all', () => {
  const { text, links } = read('[https&#58;//a&#46;example/&#42;&#42;](https://a.example/%2A%2A)');
  expect(text).toBe('https://a.example/**');
  expect(links).toEqual(['https://a.example/%2A%2A']);
});
