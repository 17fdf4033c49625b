/** Until a stream that was refused is asked for again, in ms. One that was cut off, the browser opens anew by itself. */
const AGAIN_MS = 10_000;

/**
 * Reads a stream of the API, and goes on until it is ended.
 * @param hear by event; `open` is each time that it begins, when something may have been missed.
 * @returns what ends it.
 */
export function openStream(
  path: string,
  hear: Readonly<Record<string, (event: MessageEvent<string>) => void>>,
): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const open = () => {
    source = new EventSource(path);
    for (const [name, listener] of Object.entries(hear)) source.addEventListener(name, listener);
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
