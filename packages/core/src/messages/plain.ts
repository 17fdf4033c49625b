import type { MessageNode } from '../contracts/message.js';

// Controls, lone surrogates, line and paragraph separators, bidirectional controls, whatever is never to be seen (zero-width
// characters, fillers, tags), and interlinear annotations. Not line feeds, nor the selectors that make an emoji one.
const UNWANTED =
  /(?!\n|[\ufe00-\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** The mark of a cut. */
export const ELLIPSIS = '…';

/** Cuts a text to so many UTF-16 code units at the most, mark included, between characters. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max < ELLIPSIS.length) return '';
  let end = Math.floor(max) - ELLIPSIS.length;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return text.slice(0, end) + ELLIPSIS;
}

/**
 * Untrusted text made fit for showing: Windows and old Mac line ends become line feeds, tabs blanks, and control,
 * invisible and bidirectional characters go. Cut to `max` UTF-16 code units where given. Escaping is the output's own business.
 */
export function cleanText(text: string, max = Number.POSITIVE_INFINITY): string {
  // Cut roughly first: nobody should pay for cleaning what will not be shown.
  const isRough = text.length > max * 2 + 1000;
  const cleaned = (isRough ? text.slice(0, max * 2 + 1000) : text)
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, ' ')
    .replace(UNWANTED, '');
  return cut(isRough ? cleaned + ELLIPSIS : cleaned, max);
}

/** Line feeds, and the blanks around them, as one blank. In linear time: somebody will send 300,000 blanks. */
export function joinLines(text: string): string {
  const lines = text.replace(/\n\s*/g, '\n').split('\n');
  return lines.map((line, i) => (i < lines.length - 1 ? line.trimEnd() : line)).join(' ');
}

/** The same on one line. */
export function cleanLine(text: string, max?: number): string {
  const line = joinLines(cleanText(text, max === undefined ? undefined : max * 2)).trim();
  return cut(line, max ?? Number.POSITIVE_INFINITY);
}

/** A message as plain text, for a chat or a phone without markup: quotes begin with `> `, on lines of their own. */
export function plainText(nodes: readonly MessageNode[]): string {
  let out = '';
  let wasQuote = false;
  for (const node of nodes) {
    const isQuote = node.type === 'quote';
    if ((isQuote || wasQuote) && node.type !== 'break' && out !== '' && !out.endsWith('\n')) out += '\n';
    if (node.type === 'break') out += '\n';
    else if (isQuote) out += node.text.replace(/^/gm, '> ');
    else out += node.type === 'link' ? node.url : node.text;
    wasQuote = isQuote;
  }
  return out;
}
