import { type MessageNode, type MessageRef, type OutgoingMessage, PluginError, plainText } from '@securitybot/core';

/** Where a message went. */
export type Destination = { readonly user: string } | { readonly room: string } | { readonly home: string };

/** A message as its readers see it. */
export interface ShownMessage {
  readonly id: string;
  /** The whole of it as plain text; quotes begin with `> `. */
  readonly text: string;
  readonly key: string;
  readonly urgent: boolean;
  /** Labels of the buttons below it. */
  readonly choices: readonly string[];
  /** What can be clicked in it. */
  readonly links: readonly string[];
  readonly edited: boolean;
  /** Ms since the epoch, UTC. */
  readonly sentAt: number;
}

interface Stored {
  readonly id: string;
  readonly place: string;
  readonly key: string;
  readonly sentAt: number;
  message: OutgoingMessage;
  edited: boolean;
  /** Every version it had: people may press what their screen still shows. */
  readonly versions: OutgoingMessage[];
}

const placeOf = (to: Destination): string => JSON.stringify(to);

const linksOf = (nodes: readonly MessageNode[]): string[] =>
  nodes.flatMap((node) => (node.type === 'link' && /^https?:\/\//i.test(node.url) ? [node.url] : []));

/** The messages of a workspace. */
export interface Messages {
  post(to: Destination, message: OutgoingMessage, at: number): MessageRef;
  replace(ref: MessageRef, message: OutgoingMessage): void;
  shown(to: Destination): readonly ShownMessage[];
  /** The choice of that label, shown there now or earlier. Throws an Error that lists what there was. */
  choice(to: Destination, id: string, label: string): { readonly value: string; readonly asksReason: boolean };
}

export function createMessages({ choices: showsChoices }: { readonly choices: boolean }): Messages {
  const stored: Stored[] = [];
  const copy = (message: OutgoingMessage): OutgoingMessage => {
    const { choices, ...rest } = structuredClone(message);
    return choices && showsChoices ? { ...rest, choices } : rest;
  };

  return {
    post(to, message, at) {
      const place = placeOf(to);
      const before = stored.find((one) => one.place === place && ('home' in to || one.key === message.key));
      // A page is replaced; of the same message twice, one is enough.
      if (before && 'home' in to) before.message = copy(message);
      if (before) return { id: before.id, sentAt: before.sentAt };
      const first = copy(message);
      const id = `M${stored.length + 1}`;
      stored.push({ id, place, key: message.key, sentAt: at, message: first, edited: false, versions: [first] });
      return { id, sentAt: at };
    },

    replace(ref, message) {
      const one = stored.find(({ id }) => id === ref.id);
      if (!one) {
        throw new PluginError('REJECTED', `memory chat: there is no message "${ref.id}" to edit. Send a new one.`);
      }
      one.message = copy(message);
      one.versions.push(one.message);
      one.edited = true;
    },

    shown(to) {
      const place = placeOf(to);
      return stored
        .filter((one) => one.place === place)
        .map(({ id, key, message, edited, sentAt }) => ({
          id,
          key,
          text: plainText(message.nodes),
          urgent: message.urgent ?? false,
          choices: (message.choices ?? []).map(({ label }) => label),
          links: linksOf(message.nodes),
          edited,
          sentAt,
        }));
    },

    choice(to, id, label) {
      const place = placeOf(to);
      const one = stored.find((other) => other.place === place && other.id === id);
      const offered = (one?.versions ?? []).flatMap(({ choices = [] }) => choices);
      const choice = offered.find((other) => other.label === label);
      if (!choice) {
        const labels = offered.map((other) => `"${other.label}"`).join(', ') || 'none';
        throw new Error(`Message "${id}" of ${place} has no button "${label}". It has had: ${labels}.`);
      }
      return { value: choice.value, asksReason: choice.asksReason ?? false };
    },
  };
}
