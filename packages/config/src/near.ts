import { distance } from 'fastest-levenshtein';

/** `askFirst`, `ask_first` and `Ask-First` are all `ask-first`. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, '');
}

/** The known word that somebody probably meant. */
export function near(word: string, known: readonly string[]): string | undefined {
  const given = bare(word);
  let closest: string | undefined;
  let least = Math.min(3, Math.ceil(given.length / 3)) + 1;
  for (const candidate of known) {
    const other = bare(candidate);
    if (Math.abs(other.length - given.length) >= least) continue;
    const edits = distance(given, other);
    if (edits < least) [closest, least] = [candidate, edits];
  }
  return closest;
}
