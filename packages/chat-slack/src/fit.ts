import { cut, ELLIPSIS, type MessageNode } from '@securitybot/core';

/** Parts of one message at the most; of more, the middle is left out. */
const MOST_NODES = 150;
/** Of one part, in UTF-16 code units: what Slack takes in one text. */
const MOST_PER_NODE = 3000;

const lengthOf = (node: MessageNode): number =>
  node.type === 'break' ? 1 : node.type === 'link' ? node.url.length : node.text.length;

export function totalOf(nodes: readonly MessageNode[]): number {
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

/**
 * Cuts a message to about so many UTF-16 code units: the longest parts first, so that what is asked, at its end, stays
 * whole beside any evidence.
 */
export function fit(nodes: readonly MessageNode[], max: number): readonly MessageNode[] {
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
