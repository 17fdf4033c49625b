import { useEffect, useRef } from 'react';
import type { Alert } from '../api.ts';
import { openStream } from '../stream.ts';
import { whileVisible } from '../visible.ts';

/** An alert that is new or has changed; undefined: more than is told one by one, or some may have been missed. */
type News = Alert | undefined;
type Listener = (news: News) => void;

/** The name of what the pages of a browser share: the lock, and the channel. */
const SHARED = 'securitybot-events';

const listeners = new Set<Listener>();
let leave: (() => void) | undefined;

const tellAll: Listener = (news) => {
  for (const listener of listeners) listener(news);
};

/**
 * Follows what changes. A browser has six connections to a host (over HTTP/1.1) and a stream takes one of them, so that
 * visible pages share it: one of them has the lock and the stream, and tells the others.
 */
function follow(): () => void {
  tellAll(undefined);
  const others = new BroadcastChannel(SHARED);
  others.addEventListener('message', ({ data }: MessageEvent<News>) => tellAll(data));
  const stream = (share: Listener) => {
    const tell: Listener = (news) => {
      tellAll(news);
      share(news);
    };
    return openStream('/api/events', {
      open: () => tell(undefined),
      many: () => tell(undefined),
      alert: ({ data }) => tell(JSON.parse(data)),
    });
  };
  const over = new AbortController();
  const { signal } = over;
  const lead = (share: Listener) =>
    new Promise<void>((resolve) => {
      const end = stream(share);
      signal.addEventListener('abort', () => {
        end();
        resolve();
      });
    });
  // Only pages that came by TLS or from the machine itself have locks: of the rest, each has its own stream.
  if (navigator.locks) {
    const isOver = () => {};
    navigator.locks.request(SHARED, { signal }, () => lead((news) => others.postMessage(news))).catch(isOver);
  } else void lead(() => {});
  return () => {
    over.abort();
    others.close();
  };
}

/** Calls back with each alert that is new or has changed; with nothing where the listener has to look for itself. */
export function useLive(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const listen: Listener = (news) => latest.current(news);
    listeners.add(listen);
    leave ??= whileVisible(follow);
    return () => {
      listeners.delete(listen);
      if (listeners.size > 0) return;
      leave?.();
      leave = undefined;
    };
  }, []);
}
