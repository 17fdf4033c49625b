import type { MessageNode } from '../contracts/message.js';

// C0 and C1 controls but for line feed, zero-width and bidirectional controls, line and paragraph separators, byte order mark, lone surrogates, tags.
const UNWANTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The mark of a cut. */
export const ELLIPSIS = '…';

/** Cuts a text to so many UTF-16 code units at the most, mark included, between characters. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(0, max - ELLIPSIS.length);
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return text.slice(0, end) + ELLIPSIS;
}

/**
 * Untrusted text made fit for showing: Windows and old Mac line ends become line feeds, tabs blanks, and control,
 * zero-width and bidirectional characters go. Cut to `max` UTF-16 code units where given. Escaping is the output's own business.
 */
export function cleanText(text: string, max = Number.POSITIVE_INFINITY): string {
  // Cut roughly first: nobody should pay for cleaning what will not be shown.
  const rough = text.length > max * 2 + 1000 ? text.slice(0, max * 2 + 1000) : text;
  return cut(rough.replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(UNWANTED, ''), max);
}

/** The same on one line. */
export function cleanLine(text: string, max?: number): string {
  return cut(
    cleanText(text, max === undefined ? undefined : max * 2)
      .replace(/\s*\n\s*/g, ' ')
      .trim(),
    max ?? Number.POSITIVE_INFINITY,
  );
}

/** A message as plain text, for a chat or a phone without markup: quotes begin with `> `. */
export function plainText(nodes: readonly MessageNode[]): string {
  let out = '';
  for (const node of nodes) {
    switch (node.type) {
      case 'break':
        out += '\n';
        break;
      case 'quote': {
        if (out !== '' && !out.endsWith('\n')) out += '\n';
        out += node.text
          .split('\n')
          .map((line) => `> ${line}`)
          .join('\n');
        break;
      }
      case 'link':
        out += node.url;
        break;
      default:
        out += node.text;
    }
  }
  return out;
}
