/** Who and what can be called by name in a message. */
export interface Names {
  /** Of an active account: whom `@**name**` and `@**name|id**` mean. */
  person(name: string, id: number | undefined): string | undefined;
  hasGroup(name: string): boolean;
  hasChannel(name: string): boolean;
}

/** What a text calls and links, collected while it is rendered. */
export interface Found {
  readonly links: string[];
  readonly mentions: string[];
}

const WILDCARDS = ['all', 'everyone', 'stream', 'channel', 'topic'];
/** What may stand before a mention. */
const BEFORE = /(?<![^\s'"({[/<])/u.source;
const MENTION = new RegExp(`${BEFORE}@(_?)\\*\\*([^*]+)\\*\\*`, 'gu');
const GROUP = new RegExp(`${BEFORE}@(_?)\\*([^*]+)\\*`, 'gu');
const CHANNEL = new RegExp(`${BEFORE}#\\*\\*([^*>]+)(>[^*]*)?\\*\\*`, 'gu');
const BACKTICK = /(?<!\\)(`+)(.+?)(?<!`)\1(?!`)/gsu;
const TEX = /(?<![\w$])\$\$([^\n_$](?:\\\$|[^$\n])*)\$\$(?![\w$])/gu;
const TIME = /<time:([^>]*?)>/gu;
const ENTITY = /&(?:#\d+|#[xX][0-9a-fA-F]+|[0-9a-zA-Z]+);/gu;
const EMOJI = /:[\w+-]+:/gu;
// Any word of letters counts for a top-level domain, but for those that Zulip leaves out: it has some 1,500 of them.
const ADDRESS = String.raw`https?://[\w.:@-]+|(?:[\w-]+\.)+(?!(?:java|md|mov|py|zip)\b)[a-z]{2,}`;
const PATH = String.raw`(?:/(?:[^\s()"]|\([^\s()"]*\))*?)?`;
const AUTOLINK = new RegExp(
  String.raw`(?<![^\s'"(,:<])((?:${ADDRESS})${PATH}|[\w.-]+@[\w.-]+\.\w+)(?=[!:;?),.'">]*(?:$|\s))`,
  'giu',
);
const SCHEMES = ['http', 'https', 'ftp', 'mailto', 'file', 'magnet', 'tel', 'sms', 'irc', 'matrix', 'vnc', 'zoommtg'];
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const PICTURES: Readonly<Record<string, string>> = { smile: '🙂', skull: '💀', tada: '🎉', check: '✅', fire: '🔥' };

function decodeEntity(entity: string): string {
  const name = entity.slice(1, -1);
  if (!name.startsWith('#')) return ENTITIES[name] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

const decode = (text: string) => text.replace(ENTITY, decodeEntity);

/** What a link leads to; `undefined` where Zulip makes none of it. */
function sanitize(url: string): string | undefined {
  const target = decode(url.trim());
  if (/^[/#]/u.test(target)) return target;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/iu.exec(target) ?? [];
  if (scheme === undefined) return target.includes('@') ? `mailto:${target}` : `http://${target}`;
  return SCHEMES.includes(scheme.toLowerCase()) ? target : undefined;
}

/** Where a bracket closes that is open at the beginning, or -1. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** `[label](url)`, `[label](<url>)`, `[label](url "title")`. */
function replaceLinks(text: string, replace: (label: string, url: string) => string | undefined): string {
  let out = '';
  let from = 0;
  for (const { index } of text.matchAll(/(?<!!)\[/gu)) {
    if (index < from) continue;
    const end = closing(text, index + 1, '[', ']');
    if (end < 0 || text[end + 1] !== '(') continue;
    const last = closing(text, end + 2, '(', ')');
    if (last < 0) continue;
    const inside = text.slice(end + 2, last).replace(/\s+(?:"[^"]*"|'[^']*')\s*$/u, '');
    const shown = replace(text.slice(index + 1, end), inside.replace(/^\s*<(.*)>\s*$/su, '$1'));
    if (shown === undefined) continue;
    out += text.slice(from, index) + shown;
    from = last + 1;
  }
  return out + text.slice(from);
}

/**
 * Words with markup, as their reader sees them: the patterns of Zulip's server, in its order. There is no escape by
 * backslash. https://github.com/zulip/zulip/blob/main/zerver/lib/markdown/__init__.py
 */
export function renderInline(words: string, names: Names, found: Found): string {
  const shown: string[] = [];
  const hide = (text: string) => `\ue002${shown.push(text) - 1}\ue003`;
  const link = (url: string, label: string) => {
    found.links.push(url);
    return hide(label);
  };
  const call = (silent: string, mention: string) => {
    if (silent === '') found.mentions.push(mention);
    return hide(mention);
  };

  const result = replaceLinks(
    words
      .replace(/[\ue002\ue003]/gu, '')
      .replace(BACKTICK, (_, _ticks, code: string) => hide(code))
      .replace(/\*\*\*(?!\s)([^*^\n]+)(?<!\s)\*\*\*/gu, '$1')
      .replace(MENTION, (whole, silent: string, name: string) => {
        if (WILDCARDS.includes(name)) return call(silent, `@${name}`);
        const [, bare = name, id] = /^(.*)\|(\d+)$/su.exec(name) ?? [];
        const person = names.person(bare, id === undefined ? undefined : Number(id));
        return person === undefined ? whole : call(silent, `@${person}`);
      })
      .replace(TEX, (_, body: string) => hide(body))
      .replace(CHANNEL, (whole, name: string, topic = '') =>
        names.hasChannel(name) ? link(`/#narrow/channel/${encodeURIComponent(name)}`, `#${name}${topic}`) : whole,
      )
      .replace(TIME, (whole, time: string) =>
        Number.isNaN(Date.parse(time)) ? whole : hide(new Date(time).toISOString()),
      )
      .replace(GROUP, (whole, silent: string, name: string) =>
        names.hasGroup(name) ? call(silent, `@*${name}*`) : whole,
      ),
    (label, url) => {
      const target = sanitize(url);
      return target === undefined ? undefined : link(target, decode(label) || target);
    },
  )
    .replace(AUTOLINK, (whole) => link(sanitize(whole) ?? whole, decode(whole)))
    .replace(ENTITY, (entity) => hide(decodeEntity(entity)))
    .replace(/\*\*([^\n]+?)\*\*/gu, '$1')
    .replace(/\*(?!\s)([^*^\n]+)(?<!\s)\*/gu, '$1')
    .replace(/(?<!~)~~([^~\n]+?)~~(?!~)/gu, '$1')
    .replace(EMOJI, (name) => PICTURES[name.slice(1, -1)] ?? name);

  const restore = (text: string): string =>
    text.replace(/\ue002(\d+)\ue003/gu, (_, at) => restore(shown[Number(at)] ?? ''));
  return restore(result);
}
