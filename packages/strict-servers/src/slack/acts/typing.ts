import { escapeText, findAddresses } from '../mrkdwn.js';
import type { World } from '../world.js';

/** Longer messages are cut; Slack's clients ask to make a file of them instead. */
const MOST_CHARACTERS = 40_000;

export interface Typed {
  /** As the app gets it. */
  readonly text: string;
  /** The same as a rich text, which comes beside it: in it nothing is escaped. */
  readonly blocks: readonly unknown[];
}

type Piece = { readonly text: string; readonly element: Readonly<Record<string, unknown>> };

const BROADCASTS = ['channel', 'here', 'everyone'];

/** `@ann`, `#general`, `@here`: what Slack's client turns into mentions while it is typed. */
function mention(sign: string, name: string, { people, conversations }: World): Piece | undefined {
  if (sign === '@' && BROADCASTS.includes(name)) {
    return { text: `<!${name}>`, element: { type: 'broadcast', range: name } };
  }
  if (sign === '@') {
    const id = people.byName(name)?.id;
    return id === undefined ? undefined : { text: `<@${id}>`, element: { type: 'user', user_id: id } };
  }
  const id = conversations.named(name)?.id;
  return id === undefined ? undefined : { text: `<#${id}|${name}>`, element: { type: 'channel', channel_id: id } };
}

const plain = (text: string): Piece[] =>
  text === '' ? [] : [{ text: escapeText(text), element: { type: 'text', text } }];

function withMentions(text: string, world: World): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: whole, 1: sign = '', 2: name = '', index } of text.matchAll(
    /(?<![\w@#&])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}_])/gu,
  )) {
    const found = mention(sign, name, world);
    if (!found) continue;
    pieces.push(...plain(text.slice(from, index)), found);
    from = index + whole.length;
  }
  return [...pieces, ...plain(text.slice(from))];
}

/**
 * What becomes of the words that somebody types: `&`, `<` and `>` are escaped, addresses get angle brackets.
 * https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
 */
export function typed(words: string, world: World): Typed {
  const text = words.slice(0, MOST_CHARACTERS);
  const pieces: Piece[] = [];
  let from = 0;
  for (const { at, found, link } of findAddresses(text)) {
    const label = link === found ? '' : `|${escapeText(found)}`;
    pieces.push(...withMentions(text.slice(from, at), world), {
      text: `<${escapeText(link)}${label}>`,
      element: { type: 'link', url: link, ...(label && { text: found }) },
    });
    from = at + found.length;
  }
  pieces.push(...withMentions(text.slice(from), world));
  const section = { type: 'rich_text_section', elements: pieces.map(({ element }) => element) };
  return {
    text: pieces.map((piece) => piece.text).join(''),
    blocks: pieces.length > 0 ? [{ type: 'rich_text', block_id: world.ids.next('b'), elements: [section] }] : [],
  };
}
