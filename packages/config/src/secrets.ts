const SECRET_WORDS = new Set(
  'token tokens key keys apikey ikey skey password passwords passwd passphrase secret secrets credential credentials'.split(
    ' ',
  ),
);

/** Which variable takes which secret; the first that fits. */
const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/database|mysql|maria|postgres|\bdb\b|\bsql/, 'SECURITYBOT_DATABASE_URL'],
  [/duo.*(secret|skey)|\bskey\b/, 'DUO_SECRET_KEY'],
  [/duo|\bikey\b|integration/, 'DUO_INTEGRATION_KEY'],
  [/zulip/, 'ZULIP_API_KEY'],
  [/\bx?app\b/, 'SLACK_APP_TOKEN'],
  [/slack|\bbot\b|xoxb/, 'SLACK_BOT_TOKEN'],
];

function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** What to do about a key that looks like a secret's; `undefined` where it does not. `path`: the keys it stands below, and itself. */
export function secretAdvice(path: readonly string[]): string | undefined {
  const words = path.flatMap(wordsOf);
  const own = wordsOf(path.at(-1) ?? '');
  const isSecret =
    own.some((word) => SECRET_WORDS.has(word) || /(token|secret|password)s?$/.test(word)) ||
    (own.some((word) => /^(url|uri|dsn)$/.test(word)) && /database|\bdb\b|sql/.test(words.join(' ')));
  if (!isSecret) return undefined;
  const variable = VARIABLES.find(([pattern]) => pattern.test(words.join(' ')))?.[1];
  const where = variable ? `Put it into the environment variable ${variable}` : 'Put it into the environment';
  return `This looks like a secret, and secrets never stand in these files. ${where}, and remove it here.`;
}
