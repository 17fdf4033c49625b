/** Calls back after so many ms, unless what it returns is called before. A process that has nothing else to do does not wait for that. */
export function inRealTime(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
}
