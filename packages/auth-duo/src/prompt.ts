import { cleanLine, PluginError } from '@securitybot/core';
import type { Settings } from './options.js';

/** What fits on a phone, in UTF-16 code units. As a pushinfo it has at most 4,500 bytes of the 20,000 that Duo takes. */
const REASON = 500;
const LABEL = 40;
const NAME = 100;
/** Longer than any username in Duo, in UTF-16 code units. */
const SUBJECT = 255;

/** Letters, digits, `-`, `.`, `_` and `~` as they are, all else as `%XX`. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The Duo username that a subject is: verbatim, but for the blanks around it. Throws a PluginError, `REJECTED`, for what
 * cannot be one: Duo might take it for somebody else.
 */
export function usernameOf(subject: string): string {
  const username = subject.trim();
  const isOne = username !== '' && username.length <= SUBJECT && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(username);
  if (isOne) return username;
  const what = username === '' ? 'is empty' : 'is too long, or has control characters';
  throw new PluginError(
    'REJECTED',
    `duo: the username "${cleanLine(username, 40)}" ${what}; see which login the alert has, and what people.subject makes of it`,
  );
}

/** The parameters of `/auth` that the phone shows. https://duo.com/docs/authapi#/auth */
export function shown(username: string, reason: string, { type, label }: Settings): Readonly<Record<string, string>> {
  return {
    type: cleanLine(type, LABEL),
    display_username: cleanLine(username, NAME),
    pushinfo: `${encode(cleanLine(label, LABEL))}=${encode(cleanLine(reason, REASON))}`,
  };
}
