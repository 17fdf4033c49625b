/** What the process ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3 } as const;
