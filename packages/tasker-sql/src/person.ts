import { PluginError } from '@securitybot/core';

/** What the column holds on MySQL. */
const MAX_KEY = 255;

// NUL: PostgreSQL stores none. Half a surrogate pair: no engine does. A blank at the end: MySQL compares without it.
const TO_ESCAPE = /%|\0|\p{Surrogate}| $/gu;
const ESCAPED = /%(25|00|20|d[89a-f][0-9a-f]{2})/g;

/**
 * A person as the key of a row: nearly always as they are; what an engine could not hold, or tell apart, is written as
 * `%` and its number in hex digits, as in a URL. Throws a PluginError (`REJECTED`) when it is too long: cut, two
 * persons could become one.
 */
export function keyOf(person: string): string {
  const key = person.replace(TO_ESCAPE, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  if (key.length <= MAX_KEY) return key;
  throw new PluginError(
    'REJECTED',
    `tasker-sql: the key ${JSON.stringify(`${person.slice(0, 80)}…`)} of a conversation has ${key.length} characters; the most is ${MAX_KEY}`,
  );
}

/** The person of a row's key. */
export function personOf(key: string): string {
  return key.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
