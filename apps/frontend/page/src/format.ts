const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time of the API, in the reader's zone; a dash where there is none. */
export function showTime(iso: string | null | undefined): string {
  if (!iso) return '–';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : DATE.format(at);
}

/** How long something took, in its two largest units. */
export function showDuration(ms: number | null): string {
  if (ms === null) return '–';
  const units: readonly [name: string, ms: number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ];
  let left = ms;
  const shown: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) shown.push(`${count} ${name}`);
  }
  return shown.slice(0, 2).join(' ') || '0 s';
}

export const showNumber = (number: number): string => number.toLocaleString();

/** Of two numbers, as a percentage; a dash where there is nothing to divide by. */
export const showShare = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;

const WORDS: Readonly<Record<string, string>> = {
  'in-progress': 'in progress',
  done: 'done',
  confirmed: 'confirmed',
  escalated: 'with the security team',
  muted: 'muted',
};

export const showWord = (word: string | null): string => (word === null ? '–' : (WORDS[word] ?? word));

/** Only what a browser opens as a page; anything else stays text. */
export const isWebAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
