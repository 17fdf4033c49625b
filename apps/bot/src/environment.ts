import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What the reference bot reads from the environment. Secrets stand nowhere else. */
export interface Environment {
  /** SECURITYBOT_DATABASE_URL */
  readonly databaseUrl: string;
  /** SECURITYBOT_CONFIG */
  readonly configPath: string;
  /** SECURITYBOT_REPORTING_CHANNEL */
  readonly reportingChannel: string;
  /** SECURITYBOT_TERMINAL_USER */
  readonly terminalUser: string;
  /** SECURITYBOT_LOG_LEVEL */
  readonly logLevel: string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
/** Providers whose packages this bot does not have yet: better to stop than to run as a demo in a company. */
const NOT_YET = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DUO_INTEGRATION_KEY', 'DUO_SECRET_KEY', 'DUO_API_HOST'];

/** The variables, for `--help`. */
export const ENVIRONMENT_HELP = `Environment:
  SECURITYBOT_DATABASE_URL       sqlite:PATH, mysql://… or postgres://… (default: sqlite:securitybot.db)
  SECURITYBOT_CONFIG             bot.yaml, which names commands.yaml and messages.yaml (default: the bot's own)
  SECURITYBOT_REPORTING_CHANNEL  where the security team reads (on the terminal: #security)
  SECURITYBOT_TERMINAL_USER      who sits at the terminal (default: your login)
  SECURITYBOT_LOG_LEVEL          ${LEVELS.join(', ')} (default: info; on a terminal: warn)`;

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'demo'; // a container's user id without a name
  }
}

/** Reads the environment. Throws an Error that names the variable and the way out. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const get = (name: string, otherwise: string) => (env[name] ?? '').trim() || otherwise;
  const real = NOT_YET.find((name) => (env[name] ?? '') !== '');
  if (real !== undefined) {
    throw new Error(
      `${real} is set, but this bot knows only the terminal and the demo factor so far. Unset ${real} to run it as a demo.`,
    );
  }
  const logLevel = get('SECURITYBOT_LOG_LEVEL', 'warn').toLowerCase();
  if (!LEVELS.includes(logLevel)) {
    throw new Error(`SECURITYBOT_LOG_LEVEL is "${logLevel}". Use one of ${LEVELS.join(', ')}.`);
  }
  return {
    databaseUrl: get('SECURITYBOT_DATABASE_URL', 'sqlite:securitybot.db'),
    configPath: get('SECURITYBOT_CONFIG', fileURLToPath(new URL('../config/bot.yaml', import.meta.url))),
    reportingChannel: get('SECURITYBOT_REPORTING_CHANNEL', '#security'),
    terminalUser: get('SECURITYBOT_TERMINAL_USER', loginName()),
    logLevel,
  };
}
