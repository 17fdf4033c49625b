/** What the process ends with. `forced`: as a shell says it, 128 + 2, ended by SIGINT. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, forced: 130 } as const;
