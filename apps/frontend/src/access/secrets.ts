import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits: nobody guesses one, so that its SHA-256 is all that has to be kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Names a session without telling its secret. */
export const keyOf = (secret: string): string => hashOf(secret).toString('hex', 0, 8);

/** Compares in a time that tells nothing of where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What a page has to send with every change: only who holds the session's secret can know it. */
export const csrfOf = (secret: string): string => createHmac('sha256', secret).update('csrf').digest('base64url');
