import type { InboundEvent } from '@securitybot/core';

export type Receive = (event: InboundEvent) => Promise<void>;

/** One started chat plugin, as the provider sees it. */
export interface Connection {
  /** No more events; resolves when those under way are through. */
  close(): Promise<void>;
  /** The process is gone, at any instruction: what it was working on is never acknowledged. */
  cut(): void;
}

/** How the provider brings events to whoever is connected: one after the other per person, each until it is acknowledged. */
export interface Delivery {
  /** Resolves when the event is acknowledged, refused, or waiting for somebody to connect. */
  deliver(event: InboundEvent): Promise<void>;
  /** Delivers an event once more, acknowledged or not; the last one where no id is given. */
  redeliver(id?: string): Promise<void>;
  /** Ids of events that nobody has acknowledged. */
  unacknowledged(): readonly string[];
  /** Connects a plugin; what waits is delivered to it at once. Of several, each gets its share. */
  connect(receive: Receive): Connection;
}

interface Line {
  readonly receive: Receive;
  /** What is under way, by person. */
  readonly turns: Map<string, Promise<void>>;
  open: boolean;
  alive: boolean;
}

export function createDelivery(): Delivery {
  // As text: an event is the same on redelivery, whatever its receiver did to it.
  const events = new Map<string, string>();
  const open = new Set<string>();
  const lines: Line[] = [];
  /** Who is working on an event. */
  const holders = new Map<string, Line>();
  let next = 0;

  const handOver = async (line: Line, event: InboundEvent): Promise<void> => {
    if (!line.open) return;
    holders.set(event.id, line);
    try {
      await line.receive(event);
      if (line.alive) open.delete(event.id);
    } catch {
      // Refused: it stays unacknowledged, and may be delivered again.
    } finally {
      holders.delete(event.id);
    }
  };

  const bring = async (id: string): Promise<void> => {
    const text = events.get(id);
    if (text === undefined) throw new Error(`No event "${id}" happened. There are: ${[...events.keys()].join(', ')}.`);
    const live = lines.filter((line) => line.open);
    const line = live[next % live.length];
    next += 1;
    if (!line) return;
    const event = JSON.parse(text) as InboundEvent;
    const turn = (line.turns.get(event.user) ?? Promise.resolve()).then(() => handOver(line, event));
    line.turns.set(event.user, turn);
    await turn;
  };

  return {
    deliver(event) {
      events.set(event.id, JSON.stringify(event));
      open.add(event.id);
      return bring(event.id);
    },
    redeliver(id = [...events.keys()].at(-1)) {
      if (id === undefined) return Promise.reject(new Error('Nothing has happened yet that could be delivered again.'));
      return bring(id);
    },
    unacknowledged: () => [...open],
    connect(receive) {
      const line: Line = { receive, turns: new Map(), open: true, alive: true };
      lines.push(line);
      for (const id of open) if (!holders.get(id)?.alive) void bring(id);
      return {
        async close() {
          line.open = false;
          await Promise.all(line.turns.values());
        },
        cut() {
          line.open = false;
          line.alive = false;
        },
      };
    },
  };
}
