import {
  type Choice,
  cut,
  ELLIPSIS,
  fitNodes,
  lengthOfNodes,
  type MessageNode,
  type OutgoingMessage,
  plainText,
} from '@securitybot/core';
import { buttonsFor } from './buttons.js';
import { escapeText } from './markup.js';
import { type RichText, richText } from './rich-text.js';

/** Of all texts of a message together, in UTF-16 code units. */
const MOST_TEXT = 8000;
/** Of a message's blocks as JSON, buttons aside: about 13,200 characters in all are refused. */
const MOST_JSON = 10_000;
/** What notifications and screen readers say; Slack advises to keep below 4,000. */
const MOST_NOTIFICATION = 3000;
/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
const MOST_SECTION = 2900;
/** Messages that are made into one, and of each then its first line, in UTF-16 code units. */
export const MOST_BUNDLED = 25;
const MOST_FIRST_LINE = 300;

/** What `chat.postMessage` and `chat.update` show. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly object[];
}

function notificationOf(nodes: readonly MessageNode[]): string {
  const said = fitNodes(
    nodes,
    MOST_NOTIFICATION,
    (fitted) => escapeText(plainText(fitted).toWellFormed().trim()),
    (text) => text.length <= MOST_NOTIFICATION,
  );
  return said === '' ? ELLIPSIS : said;
}

/** A message as one block of text, cut to what Slack takes. */
export function richTextOf(nodes: readonly MessageNode[]): RichText {
  return fitNodes(nodes, MOST_TEXT, richText, (block) => JSON.stringify(block).length <= MOST_JSON);
}

function buttonsOf(user: string | undefined, choices: readonly Choice[] = []): object[] {
  return user === undefined || choices.length === 0 ? [] : [buttonsFor(user, choices)];
}

/** `user`: whom the buttons are for; without, there are none. */
export function contentOf({ nodes, choices }: OutgoingMessage, user?: string): Content {
  return { text: notificationOf(nodes), blocks: [richTextOf(nodes), ...buttonsOf(user, choices)] };
}

/**
 * The same as one plain text: for when Slack refuses the better one, so that the message is not lost. An edit stays a rich
 * text, as Slack lets none be replaced by anything else (`block_mismatch`).
 */
export function plainContentOf(
  { nodes, choices }: OutgoingMessage,
  user: string | undefined,
  isEdit: boolean,
): Content {
  const text =
    fitNodes(
      nodes,
      MOST_SECTION,
      (fitted) => plainText(fitted).toWellFormed().trim(),
      (made) => made.length <= MOST_SECTION,
    ) || ELLIPSIS;
  const block = isEdit
    ? richText([{ type: 'text', text }])
    : { type: 'section', text: { type: 'plain_text', text, emoji: false } };
  return { text: notificationOf(nodes), blocks: [block, ...buttonsOf(user, choices)] };
}

function firstLine(nodes: readonly MessageNode[]): string {
  const [line = ''] = plainText(nodes).trim().split('\n', 1);
  return cut(line, MOST_FIRST_LINE);
}

/** Whether a message is shown with nothing cut: not too long, and not of too many parts. */
function isWhole(nodes: readonly MessageNode[]): boolean {
  const isCut = fitNodes(
    nodes,
    MOST_TEXT,
    (fitted) => fitted.length < nodes.length || lengthOfNodes(fitted) < lengthOfNodes(nodes),
    () => true,
  );
  return !isCut && JSON.stringify(richText(nodes)).length <= MOST_JSON;
}

/** Several messages as one: whole where all fit, else the first line of each. */
export function bundle(messages: readonly OutgoingMessage[]): OutgoingMessage {
  const [first] = messages;
  const whole = messages.flatMap(({ nodes }, index): readonly MessageNode[] =>
    index === 0 ? nodes : [{ type: 'break' }, { type: 'break' }, ...nodes],
  );
  const lines = messages.flatMap(({ nodes }, index): readonly MessageNode[] => [
    ...(index === 0 ? [] : [{ type: 'break' } as const]),
    { type: 'text', text: firstLine(nodes) },
  ]);
  return { key: first?.key ?? '', nodes: isWhole(whole) ? whole : lines };
}
