import { expect, test } from 'vitest';
import { blocksTooLong, checkBlocks, checkView } from './check-blocks.js';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('hi'), ...more });
const button = (more: object = {}) => ({ type: 'button', text: plain('Yes'), ...more });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const input = (element: object = {}, more: object = {}) => ({
  type: 'input',
  label: plain('Why?'),
  element: { type: 'plain_text_input', ...element },
  ...more,
});
const x = (length: number) => 'x'.repeat(length);

test('blocks as Slack takes them pass, at their limits too', () => {
  const fields = Array.from({ length: 10 }, () => plain(x(2000)));
  const full = button({ text: plain(x(75)), value: x(2000), action_id: x(255), style: 'danger' });
  expect(checkBlocks([section({ text: mrkdwn(x(3000)), block_id: x(255) }), actions(full)], 'message')).toEqual([]);
  expect(checkBlocks([{ type: 'section', fields }, { type: 'divider' }], 'message')).toEqual([]);
  expect(checkBlocks([{ type: 'header', text: plain(x(150)) }], 'message')).toEqual([]);
  expect(checkBlocks([{ type: 'context', elements: [mrkdwn('a'), plain('b')] }], 'message')).toEqual([]);
  expect(
    checkBlocks(
      Array.from({ length: 50 }, () => section()),
      'message',
    ),
  ).toEqual([]);
  expect(
    checkBlocks(
      Array.from({ length: 100 }, () => section()),
      'modal',
    ),
  ).toEqual([]);
  expect(checkBlocks([{ type: 'markdown', text: '**hi**' }], 'message')).toEqual([]);
});

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['no object', 'text', 'must provide an object [json-pointer:/blocks/0]'],
  ['no type', {}, 'missing required field: type [json-pointer:/blocks/0]'],
  ['an unknown type', { type: 'sektion' }, 'unsupported type: sektion [json-pointer:/blocks/0/type]'],
  [
    'a long block id',
    section({ block_id: x(256) }),
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
  ],
  ['a bare string as text', section({ text: 'hi' }), 'must provide an object [json-pointer:/blocks/0/text]'],
  ['an empty text', section({ text: mrkdwn('') }), 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  [
    'a text of no type',
    section({ text: { text: 'hi' } }),
    'unsupported type: undefined, must be plain_text or mrkdwn [json-pointer:/blocks/0/text/type]',
  ],
  [
    'verbatim plain text',
    section({ text: { ...plain('hi'), verbatim: true } }),
    'invalid additional property: verbatim [json-pointer:/blocks/0/text]',
  ],
  [
    'emoji of mrkdwn',
    section({ text: { ...mrkdwn('hi'), emoji: true } }),
    'invalid additional property: emoji [json-pointer:/blocks/0/text]',
  ],
  ['a section of nothing', { type: 'section' }, 'missing required field: text or fields [json-pointer:/blocks/0]'],
  [
    'eleven fields',
    section({ fields: Array.from({ length: 11 }, () => plain('a')) }),
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'a long field',
    section({ fields: [plain(x(2001))] }),
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    'a header of mrkdwn',
    { type: 'header', text: mrkdwn('hi') },
    'unsupported type: mrkdwn, must be plain_text [json-pointer:/blocks/0/text/type]',
  ],
  [
    'a long header',
    { type: 'header', text: plain(x(151)) },
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'an empty context',
    { type: 'context', elements: [] },
    'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'eleven in a context',
    { type: 'context', elements: Array.from({ length: 11 }, () => plain('a')) },
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  ['no actions', actions(), 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
  [
    '26 actions',
    actions(...Array.from({ length: 26 }, () => button())),
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'a long label',
    actions(button({ text: plain(x(76)) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'a label of mrkdwn',
    actions(button({ text: mrkdwn('Yes') })),
    'unsupported type: mrkdwn, must be plain_text [json-pointer:/blocks/0/elements/0/text/type]',
  ],
  [
    'a long value',
    actions(button({ value: x(2001) })),
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'a value that is no text',
    actions(button({ value: 1 })),
    'must provide a string [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'a long action id',
    actions(button({ action_id: x(256) })),
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    'one action id twice',
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1]',
  ],
  [
    'an unknown style',
    actions(button({ style: 'blue' })),
    'must be primary or danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'a confirmation without its texts',
    actions(button({ confirm: { title: plain('?'), text: plain('?'), confirm: plain('y') } })),
    'must provide an object [json-pointer:/blocks/0/elements/0/confirm/deny]',
  ],
  [
    'an input of a long minimum',
    input({ min_length: 3001 }),
    'must be between 0 and 3000 [json-pointer:/blocks/0/element/min_length]',
  ],
  [
    'an input of a long maximum',
    input({ max_length: 4000 }),
    'must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]',
  ],
  [
    'a long placeholder',
    input({ placeholder: plain(x(151)) }),
    'must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]',
  ],
  [
    'an unknown part of rich text',
    { type: 'rich_text', elements: [{ type: 'text', text: 'a' }] },
    'unsupported type: text [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'an empty text in rich text',
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] },
    'must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]',
  ],
];

for (const [what, block, problem] of REFUSED) {
  test(`${what} is refused, and where it is`, () => {
    expect(checkBlocks([block], 'message')).toContain(problem);
  });
}

test('51 blocks are too many for a message, and block ids are unique', () => {
  expect(
    checkBlocks(
      Array.from({ length: 51 }, () => section()),
      'message',
    ),
  ).toEqual(['no more than 50 items allowed [json-pointer:/blocks]']);
  expect(checkBlocks([section({ block_id: 'b' }), section({ block_id: 'b' })], 'message')).toEqual([
    '`block_id` "b" already exists [json-pointer:/blocks/1]',
  ]);
});

test('blocks may be about 13,200 characters long together, as was measured', () => {
  const markdown = (length: number) => ({ type: 'markdown', text: x(length) });
  expect(blocksTooLong([markdown(13_297)])).toBe(false);
  expect(blocksTooLong([markdown(13_298)])).toBe(true);
  expect(blocksTooLong([markdown(13_172), { type: 'divider' }])).toBe(false);
  expect(blocksTooLong([markdown(13_173), { type: 'divider' }])).toBe(true);
});

const modal = (more: object = {}) => ({
  type: 'modal',
  title: plain('Why?'),
  submit: plain('Send'),
  blocks: [input()],
  ...more,
});

test('a dialog as Slack takes it passes', () => {
  expect(checkView(modal({ close: plain('Cancel'), private_metadata: x(3000), callback_id: x(255) }), 'modal')).toEqual(
    [],
  );
  expect(checkView({ type: 'home', blocks: [section()] }, 'home')).toEqual([]);
});

const REFUSED_VIEWS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a home as a dialog', modal({ type: 'home' }), 'must be modal [json-pointer:/view/type]'],
  ['a dialog without title', modal({ title: undefined }), 'must provide an object [json-pointer:/view/title]'],
  ['a long title', modal({ title: plain(x(25)) }), 'must be less than 25 characters [json-pointer:/view/title/text]'],
  [
    'a long submit',
    modal({ submit: plain(x(25)) }),
    'must be less than 25 characters [json-pointer:/view/submit/text]',
  ],
  ['a long close', modal({ close: plain(x(25)) }), 'must be less than 25 characters [json-pointer:/view/close/text]'],
  [
    'an input without submit',
    modal({ submit: undefined }),
    'missing required field: submit, as there is an input block [json-pointer:/view]',
  ],
  [
    'long private metadata',
    modal({ private_metadata: x(3001) }),
    'must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ],
  [
    'a long callback id',
    modal({ callback_id: x(256) }),
    'must be less than 256 characters [json-pointer:/view/callback_id]',
  ],
  ['no blocks', modal({ blocks: undefined }), 'missing required field: blocks [json-pointer:/view]'],
  [
    '101 blocks',
    modal({ blocks: Array.from({ length: 101 }, () => section()) }),
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ],
];

for (const [what, view, problem] of REFUSED_VIEWS) {
  test(`of dialogs, ${what} is refused`, () => {
    expect(checkView(view, 'modal')).toContain(problem);
  });
}
