const DAY = { month: 'short', day: 'numeric' } as const;
const MINUTE = { hour: '2-digit', minute: '2-digit' } as const;
const WHOLE = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  ...DAY,
  ...MINUTE,
  second: '2-digit',
  timeZoneName: 'short',
});
const THIS_YEAR = new Intl.DateTimeFormat(undefined, { ...DAY, ...MINUTE });
const OTHER_YEAR = new Intl.DateTimeFormat(undefined, { year: 'numeric', ...DAY, ...MINUTE });

/** The reader's zone, in which all times are shown. */
export const ZONE = WHOLE.resolvedOptions().timeZone;

function format(iso: string | null | undefined, formatOf: (at: Date) => Intl.DateTimeFormat): string {
  if (!iso) return '–';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : formatOf(at).format(at);
}

/** A time of the API, with its zone; a dash where there is none. */
export const showTime = (iso: string | null | undefined): string => format(iso, () => WHOLE);

/** To the minute, for lists, which say once in which zone; without the year where it is this one. */
export const showShortTime = (iso: string | null | undefined): string =>
  format(iso, (at) => (at.getFullYear() === new Date().getFullYear() ? THIS_YEAR : OTHER_YEAR));

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

/** From a duration to another: null is no bound. */
export function showRange(above: number | null, upTo: number | null): string {
  if (above === null) return `up to ${showDuration(upTo)}`;
  return upTo === null ? `more than ${showDuration(above)}` : `${showDuration(above)} to ${showDuration(upTo)}`;
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
