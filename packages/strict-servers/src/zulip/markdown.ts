import { type Found, type Names, renderInline } from './inline.js';

/** A message's Markdown as its reader sees it. */
export interface Rendered {
  readonly text: string;
  readonly links: readonly string[];
  readonly mentions: readonly string[];
  /** Links that Zulip's server fetches to show what is there. */
  readonly previews: readonly string[];
}

const FENCE = /^(~{3,}|`{3,})\s*([^\s`]*)(.*)$/u;
const QUOTE = /^ {0,3}>/u;
const LIST = /^ *(?:[*+-]|\d+\.) +/u;
const PICTURE = /\.(?:apng|avif|bmp|gif|heic|jpe?g?|jpe|png|tiff?|webp|mp4|webm)$/iu;

const isPicture = (link: string) => URL.canParse(link) && PICTURE.test(new URL(link).pathname);
const quoted = (text: string) => text.replace(/^/gmu, '> ');

/** What stands between a fence and the one that closes it, and how many lines that is. */
function fenced(
  lines: readonly string[],
  fence: string,
): { readonly inside: readonly string[]; readonly used: number } {
  const end = lines.findIndex((line, at) => at > 0 && line.trim() === fence);
  return end < 0 ? { inside: lines.slice(1), used: lines.length } : { inside: lines.slice(1, end), used: end + 1 };
}

/**
 * Renders as Zulip's server does, as far as readers can tell: fences, quotes, headings, lists, rules, indented code,
 * and all that stands within a line. https://zulip.com/help/format-your-message-using-markdown
 */
export function renderMarkdown(content: string, names: Names): Rendered {
  const found: Found = { links: [], mentions: [] };
  const previews: string[] = [];

  /** In a quote nobody is called. */
  const silently = (render: () => string): string => {
    const before = found.mentions.length;
    const text = render();
    found.mentions.length = before;
    return text;
  };

  const inline = (text: string, isQuote: boolean) => {
    const before = found.links.length;
    const shown = renderInline(text, names, found);
    if (!isQuote) previews.push(...found.links.slice(before).filter(isPicture));
    return shown;
  };

  function block(lines: readonly string[], isQuote: boolean): string {
    const [first = ''] = lines;
    if (/^ {4}/u.test(first)) return lines.map((line) => line.replace(/^ {4}/u, '')).join('\n');
    const at = lines.findIndex((line) => QUOTE.test(line));
    if (at >= 0) {
      // Whatever follows in the same paragraph belongs to the quote.
      const inside = lines.slice(at).map((line) => line.replace(/^ {0,3}> ?/u, ''));
      const before = at > 0 ? [block(lines.slice(0, at), isQuote)] : [];
      return [...before, quoted(silently(() => blocks(inside, true)))].join('\n');
    }
    const parts: string[] = [];
    let paragraph: string[] = [];
    const flush = () => {
      if (paragraph.length > 0) parts.push(inline(paragraph.join('\n'), isQuote));
      paragraph = [];
    };
    for (const line of lines) {
      const [heading] = /^#{1,6}\s/u.exec(line) ?? [];
      const [item] = LIST.exec(line) ?? [];
      if (heading === undefined && item === undefined && !/^ {0,3}([-*_])(?: ?\1){2,} *$/u.test(line)) {
        paragraph.push(line);
        continue;
      }
      flush();
      if (heading !== undefined) parts.push(inline(line.slice(heading.length).replace(/#*$/u, ''), isQuote));
      else if (item !== undefined) parts.push(`• ${inline(line.slice(item.length), isQuote)}`);
      else parts.push('―――');
    }
    flush();
    return parts.join('\n');
  }

  function blocks(lines: readonly string[], isQuote: boolean): string {
    const parts: string[] = [];
    let paragraph: string[] = [];
    const flush = () => {
      if (paragraph.length > 0) parts.push(block(paragraph, isQuote));
      paragraph = [];
    };
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      const [, fence, kind = '', rest = ''] = FENCE.exec(line) ?? [];
      if (fence !== undefined) {
        flush();
        const { inside, used } = fenced(lines.slice(at), fence);
        if (kind === 'quote') parts.push(quoted(silently(() => blocks(inside, true))));
        else if (kind === 'spoiler') parts.push(inline(rest.trim() || 'Spoiler', isQuote), blocks(inside, isQuote));
        else parts.push(inside.join('\n'));
        at += used - 1;
      } else if (line.trim() === '') flush();
      else paragraph.push(line);
    }
    flush();
    return parts.join('\n');
  }

  const [, widget] = /^\/(poll|todo|me)\b/u.exec(content) ?? [];
  const text = blocks(content.replace(/\r\n?/gu, '\n').split('\n'), false);
  return {
    text: widget === undefined ? text : `[${widget}] ${text}`,
    links: found.links,
    mentions: [...new Set(found.mentions)],
    previews,
  };
}
