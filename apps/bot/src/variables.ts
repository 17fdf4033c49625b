import { FRONTEND_HELP } from '@securitybot/frontend/environment';
import { distance } from 'fastest-levenshtein';

/** The variables of an environment, and what is wrong with them: all of it, so that nobody mends them one by one. */
export interface Variables {
  readonly problems: string[];
  /** Without blanks around it; of blanks alone: undefined. */
  get(name: string): string | undefined;
  /** Notes a problem that names the variable and what it should be, and not its value, where that may be a secret. */
  check(name: string, isRight: boolean, advice: string): void;
  /** All of these, or none: notes what is missing. */
  together<Name extends string>(names: readonly Name[], why: string): Record<Name, string> | undefined;
  /** What this reads; undefined where it noted a problem, or threw one. */
  part<T>(read: (variables: Variables) => T): T | undefined;
}

/** What SECURITYBOT_LOG_LEVEL may be. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** The variables, for `--help`. */
export const ENVIRONMENT_HELP = `Environment:
  SECURITYBOT_DATABASE_URL       sqlite:PATH, mysql://… or postgres://… (default: sqlite:securitybot.db)
  SECURITYBOT_CONFIG             bot.yaml, which names commands.yaml and messages.yaml (default: the bot's own)
  SECURITYBOT_REPORTING_CHANNEL  where the security team reads: a channel of Slack, channel>topic of Zulip
                                 (on the terminal: #security)
  SLACK_BOT_TOKEN                xoxb-…, and
  SLACK_APP_TOKEN                xapp-…: people are asked in Slack (neither: on the terminal)
  SLACK_API_URL                  another server that speaks Slack's API
  ZULIP_URL                      https://…, with
  ZULIP_EMAIL                    and
  ZULIP_API_KEY                  of a bot: people are asked in Zulip
  ZULIP_CA_FILE                  the authority for that address, where it is one of your own
  SECURITYBOT_EMAIL_DOMAIN       a login is the account with the e-mail login@domain (unset: in Slack the one of
                                 that name; in Zulip the login is the whole address)
  DUO_INTEGRATION_KEY            with
  DUO_SECRET_KEY                 and
  DUO_API_HOST                   people prove it by Duo push (none: a demo factor, which proves nothing)
  DUO_CA_FILE                    the authority for that host, where it is not Duo's own
  SECURITYBOT_PASSKEY_ORIGIN     in place of Duo: people prove it by passkey, on pages that they reach there, such as
                                 https://securitybot.example.com
  SECURITYBOT_PASSKEY_DAYS       how old a passkey must be before it proves anything (default: 3; to try it out: 0)
  SECURITYBOT_DEMO_AUTH          1: Slack or Zulip with the demo factor, to try it out
  SECURITYBOT_TERMINAL_USER      who sits at the terminal (default: your login)
  SECURITYBOT_METRICS_PORT       serves /healthz, /readyz and /metrics there (unset: nowhere; 0: any free port)
  SECURITYBOT_METRICS_HOST       on that address (default: 127.0.0.1; in a container: 0.0.0.0)
  SECURITYBOT_CALLED_AS          how this command is called, for what it tells you to type (default: securitybot)
  SECURITYBOT_LOG_LEVEL          ${LEVELS.join(', ')} (default: info; terminal: warn)

${FRONTEND_HELP}`;

export function readVariables(env: NodeJS.ProcessEnv): Variables {
  const problems: string[] = [];
  const get = (name: string) => (env[name] ?? '').trim() || undefined;
  const variables: Variables = {
    problems,
    get,
    check(name, isRight, advice) {
      if (!isRight) problems.push(`${name} cannot be used: ${advice}`);
    },
    together<Name extends string>(names: readonly Name[], why: string) {
      const values = names.map((name) => [name, get(name)] as const);
      const missing = values.filter(([, value]) => value === undefined).map(([name]) => name);
      if (missing.length === names.length) return undefined;
      if (missing.length === 0) return Object.fromEntries(values) as Record<Name, string>;
      const set = names.filter((name) => !missing.includes(name));
      problems.push(`${set.join(' and ')} set, but not ${missing.join(' and ')}. ${why}`);
      return undefined;
    },
    part(read) {
      const before = problems.length;
      try {
        const value = read(variables);
        return problems.length === before ? value : undefined;
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
  };
  return variables;
}

/** Names further apart than this are not taken for each other. */
const NEAR = 2;

/** The variables that nobody reads, and whose names are nearly those of some that are read. */
export function misspelt(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(ENVIRONMENT_HELP.match(/\bSECURITYBOT_[A-Z_]+\b/g));
  const strangers = Object.keys(env).filter((name) => name.startsWith('SECURITYBOT_') && !known.has(name));
  return strangers.flatMap((name) => {
    const meant = [...known].find((each) => distance(name, each) <= NEAR);
    return meant === undefined ? [] : [`${name} is no variable of the bot, and is not read. Is ${meant} meant?`];
  });
}
