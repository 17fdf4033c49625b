import { cleanText, ELLIPSIS, fitNodes, type MessageNode } from '@securitybot/core';

/**
 * What Zulip may read as markup, a name or an address somewhere. It knows no escape by backslash, but entities: those become
 * characters only after mentions, links and formats were looked for. Blanks, commas, brackets and quotation marks are harmless.
 */
const MARKUP = /[!#$&*+\-./:<>@[\\\]`{|}~]/g;

/** Text that stays text. */
function escapeText(text: string): string {
  return cleanText(text).replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`);
}

/** Blanks that begin a line would make code of it, within a quote, too. */
function keepIndents(markdown: string): string {
  return markdown.replace(
    /^((?:> )?)( +)/gm,
    (_, mark: string, blanks: string) => mark + '\u00a0'.repeat(blanks.length),
  );
}

/** Longer addresses are shown as text, in UTF-16 code units. */
const MOST_ADDRESS = 2000;
/** Zulip's server fetches pictures and films to show them. What a detector wrote is never fetched. */
const PICTURE = /\.(?:apng|avif|bmp|gif|heic|jpe|jpe?g|m4v|mov|mp4|png|svg|tiff?|webm|webp)$/i;

/** What ends or changes a link within `[…](…)`, or is markup there. */
const NOT_IN_ADDRESS = /[^A-Za-z0-9\-._~:/?#@&+,=%]/g;

/** The address, as it can stand in a link; `undefined` where none should be made of it. */
function addressOf(url: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(url) || url.length > MOST_ADDRESS || !URL.canParse(url)) return undefined;
  const { href, host, pathname } = new URL(url);
  if (host.startsWith('[') || PICTURE.test(pathname)) return undefined;
  return href.replace(NOT_IN_ADDRESS, (character) => encodeURIComponent(character).replace(/^[!'()*]$/, asPercent));
}

const asPercent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function linkOf(url: string): string {
  const label = escapeText(url);
  const address = addressOf(url);
  return address === undefined ? label : `[${label}](${address})`;
}

function strongOf(text: string): string {
  return escapeText(text).replace(/^(\s*)(.*\S)/gm, '$1**$2**');
}

/** Within backticks entities are no characters, and nothing needs them. */
function codeOf(text: string): string {
  const cleaned = cleanText(text);
  return /^[^`\n]*[^`\n\s][^`\n]*$/.test(cleaned) ? `\`${cleaned}\`` : escapeText(text);
}

const quoteOf = (text: string) => escapeText(text).replace(/^/gm, '> ');

/** Two of them beside each other would become one mark, that means something else. */
const needsBlank = (before: string, next: string) =>
  (before.endsWith('`') && next.startsWith('`')) || (before.endsWith('**') && next.startsWith('**'));

/** A message as Zulip's Markdown. https://zulip.com/help/format-your-message-using-markdown */
export function renderNodes(nodes: readonly MessageNode[]): string {
  let out = '';
  for (const node of nodes) {
    if (node.type === 'break') out += '\n';
    else if (node.type === 'quote') {
      // What follows a quote without an empty line belongs to it.
      if (node.text.trim() !== '') out += `${out === '' ? '' : '\n\n'}${quoteOf(node.text)}\n\n`;
    } else {
      const { type } = node;
      const next =
        type === 'link'
          ? linkOf(node.url)
          : type === 'strong'
            ? strongOf(node.text)
            : type === 'code'
              ? codeOf(node.text)
              : escapeText(node.text);
      out += needsBlank(out, next) ? ` ${next}` : next;
    }
  }
  return keepIndents(out.replace(/\n{3,}/g, '\n\n').trim()) || ELLIPSIS;
}

/** The same, no longer than so many characters: cut where it is longest, so that the question stays. */
export function contentOf(nodes: readonly MessageNode[], max: number): string {
  return fitNodes(nodes, max, renderNodes, ({ length }) => length <= max);
}
