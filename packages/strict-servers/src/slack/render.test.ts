import { expect, test } from 'vitest';
import { type Names, renderMrkdwn } from './mrkdwn.js';
import { renderBlocks, renderTopLevel } from './render.js';

const names: Names = {
  person: (id) => (id === 'U1' ? 'ann' : undefined),
  channel: (id) => (id === 'C1' ? 'general' : undefined),
  channelId: (name) => (name === 'general' ? 'C1' : undefined),
};
const read = (text: string, parse: 'none' | 'links' | 'all' = 'none') => renderMrkdwn(text, { names, parse });

const SHOWN: readonly (readonly [string, string])[] = [
  ['&lt;b&gt; &amp;amp; &quot;', '<b> &amp; &quot;'],
  ['*bold* _it_ ~gone~ `code` ```block```', 'bold it gone code block'],
  ['*bold:* next, and *two words*!', 'bold: next, and two words!'],
  ['a*b*c snake_case_name 2 * 3 * 4', 'a*b*c snake_case_name 2 * 3 * 4'],
  ['`*not bold*` and ```a\n_b_```', '*not bold* and a\n_b_'],
  ['> quoted\n&gt; quoted too\n&gt;&gt;&gt; all of it', '> quoted\n> quoted too\n> all of it'],
  ['<https://x.example|*label*> *<@U1>*', '*label* @ann'],
  ['<!date^1392734382^{date_num}|18 Feb>', '18 Feb'],
  ['a < b > c', 'a < b > c'],
];

for (const [text, shown] of SHOWN) test(`“${text}” reads “${shown}”`, () => expect(read(text).text).toBe(shown));

test('links are what one gets to by clicking, whatever they are called', () => {
  const { text, links } = read(
    '<https://evil.example/?a=1&amp;b=2|https://good.example> <mailto:a@b.example|mail> <javascript:alert(1)|x>',
  );
  expect(text).toBe('https://good.example mail x');
  expect(links).toEqual(['https://evil.example/?a=1&b=2', 'mailto:a@b.example', 'javascript:alert(1)']);
});

test('mentions call people, channels and everybody, in code too', () => {
  const { text, mentions } = read(
    '<@U1> <@U9|eve> <#C1> <#C9|other> <!channel> <!here|here> `<!everyone>` <!subteam^S1|@team>',
  );
  expect(text).toBe('@ann @eve #general #other @channel here @everyone @team');
  expect(mentions).toEqual(['@U1', '@U9', '#C1', '#C9', '!channel', '!here', '!everyone', '!subteam^S1']);
});

test('what is escaped mentions and links nothing', () => {
  const { text, links, mentions } = read('&lt;!channel&gt; &lt;@U1&gt; &lt;https://x.example|y&gt;');
  expect({ text, links, mentions }).toEqual({
    text: '<!channel> <@U1> <https://x.example|y>',
    links: [],
    mentions: [],
  });
});

test('Slack makes links of addresses in plain words, and of bare domains', () => {
  const words = 'See https://a.example/x?y=1&amp;z=2, www.b.com/path. Mail c@d.org; not e.g. this, v1.2.3 or file.txt';
  expect(read(words, 'links').links).toEqual([
    'https://a.example/x?y=1&z=2',
    'http://www.b.com/path',
    'mailto:c@d.org',
  ]);
  expect(read(words, 'none').links).toEqual([]);
  expect(read('`https://a.example` and ```b.com```', 'links').links).toEqual([]);
});

test('in a text object that is not verbatim, plain words mention too', () => {
  const text = 'hey @channel, @here and @everyone: see #general, not #other, me@here.example or #1';
  const [verbatim, plain] = [true, undefined].map((flag) =>
    renderBlocks([{ type: 'section', text: { type: 'mrkdwn', text, ...(flag && { verbatim: flag }) } }], names),
  );
  expect(plain?.mentions).toEqual(['!channel', '!here', '!everyone', '#C1']);
  expect(plain?.links).toEqual(['mailto:me@here.example']);
  expect([verbatim?.mentions, verbatim?.links]).toEqual([[], []]);
});

test('of a top-level text, addresses become links unless parse is none, and mentions only with parse full or link_names', () => {
  const show = (parse: string, linkNames = false) =>
    renderTopLevel('@channel a.example', { names, mrkdwn: true, parse, linkNames });
  expect(show('')).toMatchObject({ links: ['http://a.example'], mentions: [] });
  expect(show('none')).toMatchObject({ links: [], mentions: [] });
  expect(show('full')).toMatchObject({ links: ['http://a.example'], mentions: ['!channel'] });
  expect(show('', true)).toMatchObject({ mentions: ['!channel'] });
  expect(renderTopLevel('*a*', { names, mrkdwn: false, parse: '', linkNames: false }).text).toBe('*a*');
});

test('blocks are read in order, line by line, with their buttons', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const button = (text: string, more: object = {}) => ({ type: 'button', text: plain(text), action_id: text, ...more });
  const { text, buttons, links } = renderBlocks(
    [
      { type: 'header', text: plain('Header *plain* https://x.example') },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*strong*' },
        fields: [plain('f1'), plain('f2')],
        accessory: button('More'),
      },
      { type: 'divider' },
      {
        type: 'context',
        elements: [plain('small'), { type: 'image', image_url: 'https://x.example/i', alt_text: 'picture' }],
      },
      {
        type: 'actions',
        block_id: 'b1',
        elements: [button('Yes', { value: 'y' }), button('Open', { url: 'https://y.example' })],
      },
      { type: 'unheard_of' },
    ],
    names,
  );
  expect(text).toBe('Header *plain* https://x.example\nstrong\nf1\nf2\n---\nsmall picture');
  expect(buttons.map(({ label, blockId, value }) => [label, blockId, value])).toEqual([
    ['More', '', undefined],
    ['Yes', 'b1', 'y'],
    ['Open', 'b1', undefined],
  ]);
  expect(links).toEqual(['https://y.example']);
});

test('text in a rich text is text; its links and mentions are elements of their own', () => {
  const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
  const text = (words: string) => ({ type: 'text', text: words });
  const rendered = renderBlocks(
    [
      {
        type: 'rich_text',
        elements: [
          section(text('<!channel> *a* https://x.example '), { type: 'link', url: 'https://y.example', text: 'y' }),
          section(
            { type: 'user', user_id: 'U1' },
            { type: 'channel', channel_id: 'C1' },
            { type: 'broadcast', range: 'here' },
          ),
          { type: 'rich_text_quote', elements: [text('one\ntwo')] },
          { type: 'rich_text_list', elements: [section(text('first')), section(text('second'))] },
          { type: 'rich_text_preformatted', elements: [text('code')] },
        ],
      },
    ],
    names,
  );
  expect(rendered.text).toBe(
    '<!channel> *a* https://x.example y\n@ann#general@here\n> one\n> two\n• first\n• second\ncode',
  );
  expect([rendered.links, rendered.mentions]).toEqual([['https://y.example'], ['@U1', '#C1', '!here']]);
});

test('a markdown block links as Markdown does', () => {
  const { text, links } = renderBlocks(
    [{ type: 'markdown', text: 'See [here](https://x.example) or y.example' }],
    names,
  );
  expect([text, links]).toEqual(['See here or y.example', ['https://x.example', 'http://y.example']]);
});
