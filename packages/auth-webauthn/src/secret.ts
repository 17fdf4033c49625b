import { createHash, randomBytes } from 'node:crypto';

/** What a link carries: 256 bits, of which only the hash is kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
