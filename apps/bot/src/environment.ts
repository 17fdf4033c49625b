import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type FrontendSettings, readFrontendSettings } from '@securitybot/frontend/environment';
import { LEVELS, misspelt, readVariables, type Variables } from './variables.js';

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
  /** SECURITYBOT_EMAIL_DOMAIN: a login's account in the chat is the one with the e-mail login@domain. Absent: the one of that name. */
  readonly emailDomain?: string;
  /** Absent, as `zulip` is: the chat is the terminal. */
  readonly slack?: SlackEnvironment;
  readonly zulip?: ZulipEnvironment;
  /** Absent: the second factor is the demo factor on the terminal. */
  readonly duo?: DuoEnvironment;
  /** People prove it by passkey. */
  readonly passkeys?: PasskeyEnvironment;
  /** SECURITYBOT_LOG_LEVEL */
  readonly logLevel: string;
  /** Absent: health and metrics are not served. */
  readonly metrics?: MetricsEnvironment;
  /** Whose process this is, for the record of changes. */
  readonly owner: string;
  /** How the command is called here: `securitybot`, or what its launcher says. */
  readonly calledAs: string;
  /** Where the page and the API are served. Absent: nowhere. */
  readonly frontend?: FrontendSettings;
}

/** The environment as far as it can be read: what is wrong is absent, or the default. */
export interface EnvironmentSurvey {
  readonly environment: Environment;
  /** With these it cannot be used. */
  readonly problems: readonly string[];
  /** What is probably not meant so. */
  readonly doubts: readonly string[];
  /** The chat is known with certainty, whatever else is wrong. */
  readonly isChatReadable: boolean;
  /** So is the second factor. */
  readonly isAuthReadable: boolean;
}

interface PasskeyEnvironment {
  /** SECURITYBOT_PASSKEY_ORIGIN: where people reach the pages. */
  readonly origin: string;
  /** SECURITYBOT_PASSKEY_DAYS, in ms: how old a passkey must be before it proves anything. */
  readonly matureMs?: number;
}

interface MetricsEnvironment {
  /** SECURITYBOT_METRICS_PORT; 0: any free one. */
  readonly port: number;
  /** SECURITYBOT_METRICS_HOST: the address to listen on. */
  readonly host: string;
}

interface SlackEnvironment {
  /** SLACK_BOT_TOKEN */
  readonly botToken: string;
  /** SLACK_APP_TOKEN */
  readonly appToken: string;
  /** SLACK_API_URL: another server than Slack's. */
  readonly apiUrl?: string;
}

export interface ZulipEnvironment {
  /** ZULIP_URL: the organization's address. */
  readonly site: string;
  /** ZULIP_EMAIL */
  readonly email: string;
  /** ZULIP_API_KEY */
  readonly apiKey: string;
  /** ZULIP_CA_FILE: the authority that vouches for the site, where it is one of your own. */
  readonly caFile?: string;
}

export interface DuoEnvironment {
  /** DUO_INTEGRATION_KEY */
  readonly integrationKey: string;
  /** DUO_SECRET_KEY */
  readonly secretKey: string;
  /** DUO_API_HOST: `host` or `host:port` */
  readonly host: string;
  /** DUO_CA_FILE: the authority that vouches for that host, where it is not Duo's own. */
  readonly caFile?: string;
}

/** Who types here, as the operating system knows them. */
export function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'demo'; // a container's user id without a name
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readSlack({ get, check, together }: Variables): SlackEnvironment | undefined {
  const tokens = together(
    ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
    'Slack needs both: the README of @securitybot/chat-slack says where they come from. Unset both to run on the terminal.',
  );
  const apiUrl = get('SLACK_API_URL');
  if (!tokens) {
    check('SLACK_API_URL', apiUrl === undefined, 'it needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN beside it.');
    return undefined;
  }
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken } = tokens;
  check('SLACK_BOT_TOKEN', botToken.startsWith('xoxb-'), 'the bot user\'s token begins with "xoxb-".');
  check('SLACK_APP_TOKEN', appToken.startsWith('xapp-'), 'the app-level token begins with "xapp-".');
  if (apiUrl === undefined) return { botToken, appToken };
  check('SLACK_API_URL', isHttpUrl(apiUrl), `"${apiUrl}" is no http or https URL.`);
  return { botToken, appToken, apiUrl };
}

function readZulip({ get, check, together }: Variables): ZulipEnvironment | undefined {
  const values = together(
    ['ZULIP_URL', 'ZULIP_EMAIL', 'ZULIP_API_KEY'],
    'Zulip needs all three: they stand together in the zuliprc of the bot. Unset them to run on the terminal.',
  );
  const caFile = get('ZULIP_CA_FILE');
  if (!values) {
    check('ZULIP_CA_FILE', caFile === undefined, 'it needs ZULIP_URL, ZULIP_EMAIL and ZULIP_API_KEY beside it.');
    return undefined;
  }
  const { ZULIP_URL: site, ZULIP_EMAIL: email, ZULIP_API_KEY: apiKey } = values;
  check('ZULIP_URL', isHttpUrl(site), `"${site}" is no address, such as https://example.zulipchat.com.`);
  check('ZULIP_EMAIL', /^[^\s@]+@[^\s@]+$/.test(email), `"${email}" is no e-mail address.`);
  return { site, email, apiKey, ...(caFile === undefined ? {} : { caFile }) };
}

function readDuo({ get, check, together }: Variables): DuoEnvironment | undefined {
  const keys = together(
    ['DUO_INTEGRATION_KEY', 'DUO_SECRET_KEY', 'DUO_API_HOST'],
    'Duo needs all three: they stand together on the page of the application in the Duo Admin Panel.',
  );
  const caFile = get('DUO_CA_FILE');
  if (!keys) {
    check(
      'DUO_CA_FILE',
      caFile === undefined,
      'it needs DUO_INTEGRATION_KEY, DUO_SECRET_KEY and DUO_API_HOST beside it.',
    );
    return undefined;
  }
  const { DUO_INTEGRATION_KEY: integrationKey, DUO_SECRET_KEY: secretKey, DUO_API_HOST: host } = keys;
  check(
    'DUO_API_HOST',
    /^[a-z0-9.-]+(:\d{1,5})?$/i.test(host),
    `"${host}" is no host, such as api-1a2b3c4d.duosecurity.com.`,
  );
  return { integrationKey, secretKey, host, ...(caFile === undefined ? {} : { caFile }) };
}

function readMetrics({ get, check }: Variables): MetricsEnvironment | undefined {
  const text = get('SECURITYBOT_METRICS_PORT');
  const host = get('SECURITYBOT_METRICS_HOST');
  if (text === undefined) {
    check('SECURITYBOT_METRICS_HOST', host === undefined, 'it needs SECURITYBOT_METRICS_PORT beside it.');
    return undefined;
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  check('SECURITYBOT_METRICS_PORT', port <= 65_535, `"${text}" is no port, such as 9464.`);
  return { port, host: host ?? '127.0.0.1' };
}

const DAY_MS = 24 * 60 * 60_000;

/** As browsers say it: without the slash that an address bar shows behind it. What says more stays, to be refused. */
function plainOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.href === `${url?.origin}/` ? url.origin : text;
}

function readPasskeys({ get, check }: Variables): PasskeyEnvironment | undefined {
  const origin = get('SECURITYBOT_PASSKEY_ORIGIN');
  const days = get('SECURITYBOT_PASSKEY_DAYS');
  if (origin === undefined) {
    check('SECURITYBOT_PASSKEY_DAYS', days === undefined, 'it needs SECURITYBOT_PASSKEY_ORIGIN beside it.');
    return undefined;
  }
  check('SECURITYBOT_PASSKEY_DAYS', days === undefined || /^\d{1,3}$/.test(days), `"${days}" is no number of days.`);
  return { origin: plainOrigin(origin), ...(days === undefined ? {} : { matureMs: Number(days) * DAY_MS }) };
}

/** The pages where people use passkeys are the front end's, so it has to know that name. */
function frontendFor(
  { check }: Variables,
  passkeys: PasskeyEnvironment | undefined,
  frontend: FrontendSettings | undefined,
): FrontendSettings | undefined {
  if (!passkeys) return frontend;
  const name = 'SECURITYBOT_PASSKEY_ORIGIN';
  check(name, frontend !== undefined, 'SECURITYBOT_HTTP is off, and serves the pages where people use passkeys.');
  const origin = frontend?.origin ?? passkeys.origin;
  check(name, origin === passkeys.origin, `it is not ${origin}, which SECURITYBOT_HTTP_ORIGIN says.`);
  return frontend && { ...frontend, origin };
}

/** Reads the environment, as far as it can be read. */
export function surveyEnvironment(env: NodeJS.ProcessEnv): EnvironmentSurvey {
  const variables = readVariables(env);
  const { get, check, part, problems } = variables;
  const slack = part(readSlack);
  const zulip = part(readZulip);
  const chat = get('SLACK_BOT_TOKEN') ? 'Slack' : get('ZULIP_URL') ? 'Zulip' : undefined;
  if (slack && zulip) {
    problems.push(
      'SLACK_BOT_TOKEN and ZULIP_URL are both set, but people are asked in one chat. Unset the variables of the other.',
    );
  }
  const duo = part(readDuo);
  const hasDuo = get('DUO_INTEGRATION_KEY') !== undefined;
  const passkeys = part(readPasskeys);
  const hasPasskeys = get('SECURITYBOT_PASSKEY_ORIGIN') !== undefined;
  const metrics = part(readMetrics);
  const demo = get('SECURITYBOT_DEMO_AUTH');
  check('SECURITYBOT_DEMO_AUTH', demo === undefined || demo === '1', 'it is 1, or not set.');
  check('SECURITYBOT_DEMO_AUTH', !demo || !hasDuo, 'Duo is set, too. Unset the one that is not meant.');
  check('SECURITYBOT_PASSKEY_ORIGIN', !hasPasskeys || !hasDuo, 'Duo is set, too. Unset the one that is not meant.');
  check('SECURITYBOT_DEMO_AUTH', !demo || !hasPasskeys, 'passkeys are set, too. Unset the one that is not meant.');
  if (chat && !hasDuo && !hasPasskeys && !demo) {
    problems.push(
      `${chat} is set, but no second factor: nobody could prove anything. Set DUO_INTEGRATION_KEY, DUO_SECRET_KEY and DUO_API_HOST; or SECURITYBOT_PASSKEY_ORIGIN; ` +
        'or, only to try it out, SECURITYBOT_DEMO_AUTH=1: then whoever types "approve" on this terminal is believed.',
    );
  }
  const reportingChannel = get('SECURITYBOT_REPORTING_CHANNEL');
  if (chat && !reportingChannel) {
    const example = chat === 'Slack' ? '#security' : 'security>alerts';
    problems.push(
      `SECURITYBOT_REPORTING_CHANNEL is not set. Give the ${chat} channel where the security team reads, such as ${example}, and add the bot to it.`,
    );
  }
  const emailDomain = get('SECURITYBOT_EMAIL_DOMAIN')?.toLowerCase();
  check(
    'SECURITYBOT_EMAIL_DOMAIN',
    emailDomain === undefined || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(emailDomain),
    `"${emailDomain}" is no domain, such as example.com.`,
  );
  const logLevel = (get('SECURITYBOT_LOG_LEVEL') ?? (chat ? 'info' : 'warn')).toLowerCase();
  if (!LEVELS.includes(logLevel)) {
    problems.push(`SECURITYBOT_LOG_LEVEL is "${logLevel}". Use one of ${LEVELS.join(', ')}.`);
  }
  const frontend = part(() => frontendFor(variables, passkeys, readFrontendSettings(env)));
  const environment = {
    databaseUrl: get('SECURITYBOT_DATABASE_URL') ?? 'sqlite:securitybot.db',
    configPath: get('SECURITYBOT_CONFIG') ?? fileURLToPath(new URL('../config/bot.yaml', import.meta.url)),
    reportingChannel: reportingChannel ?? '#security',
    terminalUser: get('SECURITYBOT_TERMINAL_USER') ?? loginName(),
    ...(emailDomain === undefined ? {} : { emailDomain }),
    ...(slack ? { slack } : {}),
    ...(zulip ? { zulip } : {}),
    ...(duo ? { duo } : {}),
    ...(passkeys ? { passkeys } : {}),
    ...(metrics ? { metrics } : {}),
    logLevel,
    owner: loginName(),
    calledAs: get('SECURITYBOT_CALLED_AS') ?? 'securitybot',
    ...(frontend && { frontend }),
  };
  const isWhole = problems.length === 0;
  return {
    environment,
    problems,
    doubts: misspelt(env),
    isChatReadable: isWhole || (reportingChannel !== undefined && (slack === undefined) !== (zulip === undefined)),
    isAuthReadable: isWhole || (duo === undefined) !== (passkeys === undefined),
  };
}

/** Reads the environment. Throws an Error that names the variables and the way out. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const { environment, problems } = surveyEnvironment(env);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return environment;
}
