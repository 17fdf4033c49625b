import { useEffect, useRef } from 'react';
import type { Alert } from '../api.ts';

type Listener = (changed: Alert | undefined) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;

function hear(event: MessageEvent<string>): void {
  const alert: Alert = JSON.parse(event.data);
  for (const listener of listeners) listener(alert);
}

/** More than is told one by one; or the connection was away for a while. */
function hearMany(): void {
  for (const listener of listeners) listener(undefined);
}

/** One connection for the page, while anybody listens. The browser connects again by itself, and goes on where it was. */
function connect(): void {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource('/api/events');
  source.addEventListener('alert', hear);
  source.addEventListener('many', hearMany);
}

/** Calls back with each alert that is new or has changed; with nothing where there is too much to tell. */
export function useLive(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const listen: Listener = (changed) => latest.current(changed);
    listeners.add(listen);
    connect();
    return () => {
      listeners.delete(listen);
      if (listeners.size > 0) return;
      source?.close();
      source = undefined;
    };
  }, []);
}
