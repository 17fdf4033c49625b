import { cleanLine, cleanText, cut } from '@securitybot/core';

/** How much of one message is shown, in UTF-16 code units. */
const MAX_SHOWN = 4_000;

// The last line of defence, whatever `cleanText` comes to let through: controls, lone surrogates, line and paragraph
// separators, bidirectional controls.
const OBEYED = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A text without anything that a terminal would obey, line feeds aside. */
function printable(text: string): string {
  return cleanText(text).replace(OBEYED, '');
}

/** Cuts out the middle: the beginning says what a message is about, the end what is asked. */
function shorten(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  const begin = cut(text, (MAX_SHOWN * 2) / 3);
  const end = text.slice(-MAX_SHOWN / 4).replace(/^\p{Surrogate}/u, '');
  return `${begin} [${text.length - begin.length - end.length} characters left out] …${end}`;
}

/** A text as a screen may show it: nothing in it that is obeyed, and not too much of it. */
export function legible(text: string): string {
  return shorten(printable(text).trim());
}

/**
 * A text as lines for a terminal: `speaker` before the first, the others indented, so that no text can pass for somebody
 * else's line. Lines are not wrapped.
 */
export function paragraph(speaker: string, text: string): string {
  const [first = '', ...others] = legible(text).split('\n');
  const indented = others.map((line) => `  ${line}`.trimEnd());
  return `${[`${printable(cleanLine(speaker))} ${first}`.trimEnd(), ...indented].join('\n')}\n`;
}
