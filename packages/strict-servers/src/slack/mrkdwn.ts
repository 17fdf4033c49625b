/** What a reader sees of a text, and what is in it to click and to be called by. */
export interface Rendered {
  readonly text: string;
  readonly links: readonly string[];
  /** `@U…`, `#C…`, `!channel`, `!here`, `!everyone`, `!subteam^S…`. */
  readonly mentions: readonly string[];
}

/** The names behind ids, as far as the workspace knows them. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
  /** A channel's id by its name. */
  channelId(name: string): string | undefined;
}

export interface MrkdwnOptions {
  readonly names: Names;
  /** Formatting applies. False: only escapes and the sequences in `<…>` do. By default true. */
  readonly mrkdwn?: boolean;
  /**
   * What Slack makes of plain words: with `none` nothing, with `links` addresses become links, with `all` channel names and
   * `@channel` and the like are understood, too.
   */
  readonly parse: 'none' | 'links' | 'all';
}

/** Exactly these three. https://docs.slack.dev/messaging/formatting-message-text#escaping */
const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// Slack links bare domains as well; of the endings that exist these are enough to catch whoever forgets it.
const ENDINGS = 'com|net|org|io|dev|app|co|de|fr|uk|eu|ru|cn|info|biz|xyz|example|test';

/** Addresses in plain words, in the order in which they are tried. */
const ADDRESSES: readonly { readonly pattern: RegExp; readonly link: (found: string) => string }[] = [
  { pattern: /\b(?:https?|ftp):\/\/[^\s<>|]*[^\s<>|.,:;!?'")\]}*_~`]/giu, link: (found) => found },
  { pattern: /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/giu, link: (found) => `mailto:${found}` },
  {
    pattern: new RegExp(
      `(?<![\\w@./-])(?:[\\w-]+\\.)+(?:${ENDINGS})\\b(?:/[^\\s<>|]*[^\\s<>|.,:;!?'")\\]}*_~\`])?`,
      'giu',
    ),
    link: (found) => `http://${found}`,
  },
];

/** The addresses in plain words, longest kinds first, none inside another. */
export function findAddresses(
  text: string,
): readonly { readonly at: number; readonly found: string; readonly link: string }[] {
  const all: { at: number; found: string; link: string }[] = [];
  for (const { pattern, link } of ADDRESSES) {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      const free = all.every((other) => index + found.length <= other.at || index >= other.at + other.found.length);
      if (free) all.push({ at: index, found, link: link(found) });
    }
  }
  return all.sort((a, b) => a.at - b.at);
}

const BROADCAST = /(?<![\w@])@(channel|here|everyone)\b/gu;
const CHANNEL_NAME = /(?<![\w#&])#([\p{L}\p{N}_-]{1,80})/gu;

/** `*strong*`, `_emphasis_`, `~struck~`: markers that stand at the edges of words. */
const MARKS = ['[*]', '[_]', '[~]'].map((mark) => {
  const other = `[^${mark.slice(1, -1)}\\n]`;
  const before = `(?<=^|[\\s(\\[{"'>*_~.,:;!?-])`;
  const after = `(?=$|[\\s)\\]}"'*_~.,:;!?-])`;
  return new RegExp(`${before}${mark}(?=\\S)(${other}*?(?<=\\S))${mark}${after}`, 'gmu');
});

type Part = { readonly code: boolean; readonly text: string };

function splitCode(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: whole, 1: block, 2: span, index } of text.matchAll(/```([\s\S]+?)```|`([^`\n]+)`/gu)) {
    parts.push({ code: false, text: text.slice(from, index) }, { code: true, text: block ?? span ?? '' });
    from = index + whole.length;
  }
  parts.push({ code: false, text: text.slice(from) });
  return parts;
}

/** The inside of `<…>`. https://docs.slack.dev/messaging/formatting-message-text#special-mentions */
function sequence(inside: string, names: Names, links: string[], mentions: string[]): string {
  const bar = inside.indexOf('|');
  const target = unescapeText(bar < 0 ? inside : inside.slice(0, bar));
  const label = bar < 0 ? undefined : unescapeText(inside.slice(bar + 1));
  if (/^@[UW]/u.test(target)) {
    mentions.push(target);
    return `@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`;
  }
  if (/^#C/u.test(target)) {
    mentions.push(target);
    return `#${names.channel(target.slice(1)) ?? label ?? target.slice(1)}`;
  }
  if (target.startsWith('!date^')) {
    const url = target.split('^')[3];
    if (url) links.push(url);
    return label ?? '';
  }
  if (target.startsWith('!')) {
    mentions.push(target);
    return label ?? `@${target.slice(1)}`;
  }
  // Whatever else it is, Slack takes it for an address.
  if (/^[a-z][a-z0-9+.-]*:/iu.test(target) || findAddresses(target).length > 0) {
    links.push(target);
    return label ?? target.replace(/^(?:mailto|tel):/u, '');
  }
  return `<${inside}>`;
}

/** Renders the words between the sequences. */
function words(text: string, code: boolean, options: MrkdwnOptions, links: string[], mentions: string[]): string {
  let shown = text;
  if (!code && options.parse !== 'none') for (const { link } of findAddresses(unescapeText(text))) links.push(link);
  if (!code && options.parse === 'all') {
    for (const [, name] of unescapeText(text).matchAll(BROADCAST)) mentions.push(`!${name}`);
    for (const [, name = ''] of unescapeText(text).matchAll(CHANNEL_NAME)) {
      const id = options.names.channelId(name);
      if (id) mentions.push(`#${id}`);
    }
  }
  if (!code && options.mrkdwn !== false) {
    for (const mark of MARKS) shown = shown.replaceAll(mark, '$1');
    shown = shown.replaceAll(/^(?:&gt;){3}\s?|^(?:&gt;|>)\s?/gmu, '> ');
  }
  return unescapeText(shown);
}

/**
 * A text as its reader sees it. Sequences in `<…>` count in code, too: whoever puts the words of others into backticks has
 * not disarmed them. https://docs.slack.dev/messaging/formatting-message-text
 */
export function renderMrkdwn(text: string, options: MrkdwnOptions): Rendered {
  const links: string[] = [];
  const mentions: string[] = [];
  const shown = (options.mrkdwn === false ? [{ code: false, text }] : splitCode(text)).map((part) => {
    // Formatting may reach over a sequence (`*<@U1>*`): put each aside, render the words, and put it back.
    const aside: string[] = [];
    const free = part.text.replaceAll(/[\uE000\uE001]/gu, '\uFFFD');
    const plain = free.replaceAll(/<([^<>\n]+)>/gu, (_, inside: string) => {
      aside.push(sequence(inside, options.names, links, mentions));
      return `\uE000${aside.length - 1}\uE001`;
    });
    return words(plain, part.code, options, links, mentions).replaceAll(
      /\uE000(\d+)\uE001/gu,
      (whole, index: string) => aside[Number(index)] ?? whole,
    );
  });
  return { text: shown.join(''), links, mentions };
}
