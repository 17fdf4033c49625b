import type { MessageNode } from '../contracts/message.js';
import { cut, ELLIPSIS } from './plain.js';

/** Parts of one message at the most; of more, the middle is left out. */
const MOST_NODES = 150;
/** Of one part, in UTF-16 code units. */
const MOST_PER_NODE = 3000;

const lengthOf = (node: MessageNode): number =>
  node.type === 'break' ? 1 : node.type === 'link' ? node.url.length : node.text.length;

/** How long the texts of a message are together, in UTF-16 code units. */
export function lengthOfNodes(nodes: readonly MessageNode[]): number {
  return nodes.reduce((sum, node) => sum + lengthOf(node), 0);
}

/** The longest that a part may be so that all together are no longer than `max`. */
function capOf(lengths: readonly number[], max: number): number {
  let low = 0;
  let high = MOST_PER_NODE;
  while (low < high) {
    const cap = Math.ceil((low + high) / 2);
    const total = lengths.reduce((sum, length) => sum + Math.min(length, cap), 0);
    if (total <= max) low = cap;
    else high = cap - 1;
  }
  return low;
}

function shorten(node: MessageNode, cap: number): MessageNode {
  if (node.type === 'break' || lengthOf(node) <= cap) return node;
  // Half of an address leads somewhere else.
  if (node.type === 'link') return { type: 'text', text: cut(node.url, cap) };
  return { ...node, text: cut(node.text, cap) };
}

/** About so many UTF-16 code units: the longest parts are cut first. */
function cutNodes(nodes: readonly MessageNode[], max: number): readonly MessageNode[] {
  const half = MOST_NODES / 2;
  const fewer: readonly MessageNode[] =
    nodes.length <= MOST_NODES
      ? nodes
      : [
          ...nodes.slice(0, half),
          { type: 'break' },
          { type: 'text', text: ELLIPSIS },
          { type: 'break' },
          ...nodes.slice(-half),
        ];
  const cap = Math.max(1, capOf(fewer.map(lengthOf), max));
  return fewer.map((node) => shorten(node, cap));
}

/**
 * Renders a message so that it is short enough for a chat, cutting it more and more until it is: the longest parts first, so
 * that what is asked, at its end, stays whole beside any evidence. No part is longer than 3,000 UTF-16 code units then, and of more
 * than 150 parts the middle is left out. An address that is cut is no link any more.
 * @param max UTF-16 code units of all texts together, to begin with.
 */
export function fitNodes<T>(
  nodes: readonly MessageNode[],
  max: number,
  render: (fitted: readonly MessageNode[]) => T,
  isShort: (rendered: T) => boolean,
): T {
  let budget = Math.min(max, lengthOfNodes(nodes));
  let rendered = render(cutNodes(nodes, budget));
  while (!isShort(rendered) && budget > 10) {
    budget = Math.floor(budget * 0.7);
    rendered = render(cutNodes(nodes, budget));
  }
  return rendered;
}
