// What a terminal might obey, or a reader never see; JSON.stringify escapes only what JSON forbids.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escapeUnits = (characters: string) =>
  Array.from(
    { length: characters.length },
    (_, i) => `\\u${characters.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

/** JSON on one line that reads back as the very same value, and that is harmless on a terminal. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, escapeUnits);
}
