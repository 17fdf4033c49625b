import { ELLIPSIS, type MessageNode } from '@securitybot/core';

/** Of an address that is made clickable, in UTF-16 code units. */
const MOST_PER_URL = 2000;

type Style = { readonly bold?: true; readonly code?: true };
type Inline =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly url: string };
type Part = { readonly type: 'rich_text_section' | 'rich_text_quote'; readonly elements: Inline[] };

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export interface RichText {
  readonly type: 'rich_text';
  readonly elements: readonly Part[];
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s\p{Cc}]+$/iu.test(url) && url.length <= MOST_PER_URL && URL.canParse(url);
}

function inline(node: Exclude<MessageNode, { type: 'break' | 'quote' }>): Inline {
  if (node.type === 'link') {
    return isWebAddress(node.url) ? { type: 'link', url: node.url } : { type: 'text', text: node.url.toWellFormed() };
  }
  const text = node.text.toWellFormed();
  if (node.type === 'strong') return { type: 'text', text, style: { bold: true } };
  return node.type === 'code' ? { type: 'text', text, style: { code: true } } : { type: 'text', text };
}

/** Adds to a line. What looks alike becomes one text: Slack counts every brace. Slack refuses empty texts. */
function append(line: Inline[], element: Inline): void {
  if (element.type === 'text' && element.text === '') return;
  const last = line.at(-1);
  const isAlike = last?.type === 'text' && element.type === 'text' && !last.style && !element.style;
  if (isAlike) line[line.length - 1] = { type: 'text', text: last.text + element.text };
  else line.push(element);
}

/**
 * A message as one block whose texts Slack never parses: nothing in them mentions, links or formats, whatever is
 * written there. Slack refuses an empty block, so there is always something.
 */
export function richText(nodes: readonly MessageNode[]): RichText {
  const parts: Part[] = [];
  let section: Inline[] = [];
  let afterQuote = false;

  function closeSection(beforeQuote: boolean): void {
    // A quote stands on lines of its own: the break before it would be an empty line.
    const last = beforeQuote ? section.pop() : undefined;
    if (last?.type === 'text' && !last.style) append(section, { type: 'text', text: last.text.replace(/\n$/, '') });
    else if (last) section.push(last);
    if (section.length > 0) parts.push({ type: 'rich_text_section', elements: section });
    section = [];
  }

  for (const node of nodes) {
    if (node.type === 'quote') {
      if (node.text === '') continue;
      closeSection(true);
      parts.push({ type: 'rich_text_quote', elements: [{ type: 'text', text: node.text.toWellFormed() }] });
      afterQuote = true;
      continue;
    }
    if (node.type === 'break') {
      if (!afterQuote) append(section, { type: 'text', text: '\n' });
    } else append(section, inline(node));
    afterQuote = false;
  }
  closeSection(false);
  if (parts.length === 0) parts.push({ type: 'rich_text_section', elements: [{ type: 'text', text: ELLIPSIS }] });
  return { type: 'rich_text', elements: parts };
}
