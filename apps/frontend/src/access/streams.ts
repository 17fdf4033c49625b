/** Answers without an end, by whose they are. Other processes look every 15 s whether a session or a token still is one. */
export interface Streams {
  /** `end` is called at most once. @returns what forgets it. */
  add(key: string, end: () => void): () => void;
  /** Ends all of a session or a token, by its key. */
  end(key: string): void;
}

export function createStreams(): Streams {
  const open = new Map<string, Set<() => void>>();
  return {
    add(key, end) {
      const mine = open.get(key) ?? new Set();
      open.set(key, mine.add(end));
      return () => {
        mine.delete(end);
        if (mine.size === 0 && open.get(key) === mine) open.delete(key);
      };
    },
    end(key) {
      const mine = open.get(key) ?? [];
      open.delete(key);
      for (const end of mine) end();
    },
  };
}
