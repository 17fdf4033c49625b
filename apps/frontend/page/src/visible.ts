/**
 * Begins something whenever somebody may see this page, and ends it when nobody does: in a hidden tab, and in the
 * back/forward cache, where pages stay for minutes after they were left.
 * @returns what ends all of it.
 */
export function whileVisible(begin: () => () => void): () => void {
  let end: (() => void) | undefined;
  const stop = () => {
    end?.();
    end = undefined;
  };
  const look = () => {
    if (document.visibilityState === 'hidden') stop();
    else end ??= begin();
  };
  const over = new AbortController();
  const { signal } = over;
  document.addEventListener('visibilitychange', look, { signal });
  addEventListener('pageshow', look, { signal });
  addEventListener('pagehide', stop, { signal });
  look();
  return () => {
    over.abort();
    stop();
  };
}
