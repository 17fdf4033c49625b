import { type MrkdwnOptions, type Names, type Rendered, renderMrkdwn } from './mrkdwn.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const str = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A button that a message shows, wherever in it. */
export interface Button {
  readonly label: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string | undefined;
  readonly style: string | undefined;
}

/** Blocks as their reader sees them. */
export interface RenderedBlocks extends Rendered {
  readonly buttons: readonly Button[];
}

/** A text object: plain text is shown as it is, and nothing in it can be clicked. */
function renderText(value: unknown, names: Names): Rendered {
  if (!isObject(value)) return { text: '', links: [], mentions: [] };
  if (value.type === 'mrkdwn') {
    return renderMrkdwn(str(value.text), { names, parse: value.verbatim === true ? 'none' : 'all' });
  }
  return { text: str(value.text), links: [], mentions: [] };
}

/** The elements of a rich text: text in it is text. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
function richElement(element: Json, names: Names, links: string[], mentions: string[]): string {
  switch (element.type) {
    case 'link':
      links.push(str(element.url));
      return str(element.text) || str(element.url);
    case 'user':
      mentions.push(`@${str(element.user_id)}`);
      return `@${names.person(str(element.user_id)) ?? str(element.user_id)}`;
    case 'channel':
      mentions.push(`#${str(element.channel_id)}`);
      return `#${names.channel(str(element.channel_id)) ?? str(element.channel_id)}`;
    case 'usergroup':
      mentions.push(`!subteam^${str(element.usergroup_id)}`);
      return `@${str(element.usergroup_id)}`;
    case 'broadcast':
      mentions.push(`!${str(element.range)}`);
      return `@${str(element.range)}`;
    case 'emoji':
      return `:${str(element.name)}:`;
    case 'date':
      return str(element.fallback);
    default:
      return str(element.text);
  }
}

function richPart(part: Json, names: Names, links: string[], mentions: string[]): string {
  if (part.type === 'rich_text_list') {
    return objects(part.elements)
      .map((item) => `• ${richPart(item, names, links, mentions)}`)
      .join('\n');
  }
  const text = objects(part.elements)
    .map((element) => richElement(element, names, links, mentions))
    .join('');
  return part.type === 'rich_text_quote' ? text.replaceAll(/^/gmu, '> ') : text;
}

/** Standard Markdown, as far as it can hide something. https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
function renderMarkdown(text: string, names: Names): Rendered {
  const links: string[] = [];
  const plain = text.replaceAll(/\[([^\]\n]*)\]\(([^)\s]+)\)/gu, (_, label: string, url: string) => {
    links.push(url);
    return label;
  });
  const rest = renderMrkdwn(plain, { names, parse: 'all' });
  return { text: rest.text, links: [...links, ...rest.links], mentions: rest.mentions };
}

/** What one block shows, line by line. */
function renderBlock(block: Json, names: Names, into: { links: string[]; mentions: string[] }): string[] {
  const take = ({ text, links, mentions }: Rendered): string => {
    into.links.push(...links);
    into.mentions.push(...mentions);
    return text;
  };
  switch (block.type) {
    case 'section':
      return [block.text, ...objects(block.fields)].map((text) => take(renderText(text, names)));
    case 'header':
      return [take(renderText(block.text, names))];
    case 'context':
      return [
        objects(block.elements)
          .map((element) => (element.type === 'image' ? str(element.alt_text) : take(renderText(element, names))))
          .join(' '),
      ];
    case 'rich_text':
      return objects(block.elements).map((part) => richPart(part, names, into.links, into.mentions));
    case 'markdown':
      return [take(renderMarkdown(str(block.text), names))];
    case 'image':
    case 'video':
      return [take(renderText(block.title, names)), str(block.alt_text)];
    case 'divider':
      return ['---'];
    default:
      return [];
  }
}

function buttonsOf(block: Json): Button[] {
  const elements = block.type === 'actions' ? objects(block.elements) : objects([block.accessory]);
  return elements
    .filter(({ type }) => type === 'button')
    .map((element) => ({
      label: isObject(element.text) ? str(element.text.text) : '',
      actionId: str(element.action_id),
      blockId: str(block.block_id),
      value: typeof element.value === 'string' ? element.value : undefined,
      style: typeof element.style === 'string' ? element.style : undefined,
    }));
}

export function renderBlocks(blocks: readonly unknown[], names: Names): RenderedBlocks {
  const into = { links: [] as string[], mentions: [] as string[] };
  const lines: string[] = [];
  const buttons: Button[] = [];
  for (const block of objects(blocks)) {
    lines.push(...renderBlock(block, names, into));
    buttons.push(...buttonsOf(block));
    // A button with a url leads there.
    for (const element of [...objects(block.elements), ...objects([block.accessory])]) {
      if (element.type === 'button' && str(element.url)) into.links.push(str(element.url));
    }
  }
  return { text: lines.filter((line) => line !== '').join('\n'), ...into, buttons };
}

/** The top-level text of a message. https://docs.slack.dev/reference/methods/chat.postMessage#formatting */
export function renderTopLevel(
  text: string,
  { names, mrkdwn, parse, linkNames }: { names: Names; mrkdwn: boolean; parse: string; linkNames: boolean },
): Rendered {
  const level: MrkdwnOptions['parse'] = parse === 'full' || linkNames ? 'all' : parse === 'none' ? 'none' : 'links';
  return renderMrkdwn(text, { names, mrkdwn, parse: level });
}
