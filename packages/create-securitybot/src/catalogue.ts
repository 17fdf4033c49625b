/** A variable that a project reads from its environment. */
export interface Variable {
  readonly name: string;
  readonly means: string;
  /** How a value looks; what `.env.example` says. */
  readonly example: string;
  /** It may be left out: the project has a default, or does without. */
  readonly optional?: true;
}

/** Something that can be chosen. */
export interface Entry {
  /** As it is asked for. */
  readonly title: string;
  /** What to know before choosing it. */
  readonly hint: string;
  /** What it needs, without what every project needs. */
  readonly packages: readonly string[];
  readonly variables: readonly Variable[];
  /** Where its set-up is explained, in the repository of Securitybot. */
  readonly guide: string;
}

const REPORTING: Omit<Variable, 'example'> = {
  name: 'SECURITYBOT_REPORTING_CHANNEL',
  means: 'where the security team reads; the bot must be in it',
};
const DOMAIN: Variable = {
  name: 'SECURITYBOT_EMAIL_DOMAIN',
  means: 'the login ann is the account with the e-mail address ann@example.com',
  example: 'example.com',
};
const TERMINAL_USER = { name: 'SECURITYBOT_TERMINAL_USER', example: 'ann' };

const databaseUrl = (means: string, example: string): Variable => ({
  name: 'SECURITYBOT_DATABASE_URL',
  means,
  example,
});

/** What `create-securitybot` offers, and the docs list. The first of each is what `--yes` takes. */
const catalogue = {
  chat: {
    terminal: {
      title: 'Terminal',
      hint: 'one person, in front of this terminal: to try it out',
      packages: ['@securitybot/terminal'],
      variables: [{ ...TERMINAL_USER, means: 'who sits at the terminal; by default your login', optional: true }],
      guide: 'packages/terminal/README.md',
    },
    slack: {
      title: 'Slack',
      hint: 'by Socket Mode, with buttons; an app with two tokens',
      packages: ['@securitybot/chat-slack'],
      variables: [
        { name: 'SLACK_BOT_TOKEN', means: "the bot user's token", example: 'xoxb-…' },
        { name: 'SLACK_APP_TOKEN', means: 'the app-level token, with connections:write', example: 'xapp-…' },
        { ...REPORTING, example: '#security' },
        DOMAIN,
      ],
      guide: 'packages/chat-slack/README.md#set-up',
    },
    zulip: {
      title: 'Zulip',
      hint: 'by event queues, typed answers; a generic bot with its key',
      packages: ['@securitybot/chat-zulip'],
      variables: [
        { name: 'ZULIP_URL', means: "the organization's address", example: 'https://example.zulipchat.com' },
        { name: 'ZULIP_EMAIL', means: "the bot's address", example: 'securitybot-bot@example.zulipchat.com' },
        { name: 'ZULIP_API_KEY', means: "the bot's key", example: '…' },
        { ...REPORTING, example: 'security>alerts' },
        DOMAIN,
      ],
      guide: 'packages/chat-zulip/README.md#set-up',
    },
  },
  auth: {
    demo: {
      title: 'Demo',
      hint: 'a pretend phone on this terminal: it proves nothing',
      packages: ['@securitybot/terminal'],
      variables: [],
      guide: 'packages/terminal/README.md',
    },
    duo: {
      title: 'Duo',
      hint: 'Duo push; an Auth API application with three values',
      packages: ['@securitybot/auth-duo'],
      variables: [
        { name: 'DUO_INTEGRATION_KEY', means: 'of the Auth API application', example: 'DI…' },
        { name: 'DUO_SECRET_KEY', means: 'of the same', example: '…' },
        { name: 'DUO_API_HOST', means: 'of the same', example: 'api-….duosecurity.com' },
      ],
      guide: 'packages/auth-duo/README.md#set-up',
    },
    webauthn: {
      title: 'Passkeys',
      hint: 'on a page that the project serves, without a vendor; needs a host of its own, with TLS',
      packages: ['@securitybot/auth-webauthn', '@hono/node-server'],
      variables: [
        {
          name: 'SECURITYBOT_PASSKEY_ORIGIN',
          means: 'where people reach the page; passkeys are bound to that host for ever',
          example: 'https://securitybot.example.com',
        },
        { name: 'SECURITYBOT_HTTP_HOST', means: 'the address it is served on', example: '127.0.0.1', optional: true },
        { name: 'SECURITYBOT_HTTP_PORT', means: 'and the port, behind your TLS', example: '8888', optional: true },
      ],
      guide: 'packages/auth-webauthn/README.md#set-up',
    },
  },
  database: {
    sqlite: {
      title: 'SQLite',
      hint: 'a file; one bot at a time',
      packages: [],
      variables: [{ ...databaseUrl('the file', 'sqlite:securitybot.db'), optional: true }],
      guide: 'packages/sql/README.md',
    },
    mysql: {
      title: 'MySQL or MariaDB',
      hint: 'where the tables of a Python Securitybot are; as many bots as you like',
      packages: [],
      variables: [databaseUrl('the database, and who may write to it', 'mysql://USER:PASSWORD@HOST/DATABASE')],
      guide: 'packages/sql/README.md',
    },
    postgres: {
      title: 'PostgreSQL',
      hint: 'as many bots as you like',
      packages: [],
      variables: [databaseUrl('the database, and who may write to it', 'postgres://USER:PASSWORD@HOST/DATABASE')],
      guide: 'packages/sql/README.md',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

export type Kind = keyof typeof catalogue;

/** What somebody chose, of each kind. */
export type Choices = { readonly [K in Kind]: keyof (typeof catalogue)[K] & string };

export const KINDS = Object.keys(catalogue) as readonly Kind[];

/** What can be chosen of a kind, by the word for it. */
export function entriesOf(kind: Kind): ReadonlyMap<string, Entry> {
  return new Map<string, Entry>(Object.entries(catalogue[kind]));
}

/** Beside a real chat, the demo factor says what it is, and for whom. */
const DEMO_ELSEWHERE: readonly Variable[] = [
  { name: 'SECURITYBOT_DEMO_AUTH', means: '1: I know that the demo factor proves nothing', example: '1' },
  { ...TERMINAL_USER, means: 'the login whose phone is this terminal' },
];

/** Whether the demo factor stands beside a chat that is not the terminal. */
export function isDemoElsewhere({ chat, auth }: Choices): boolean {
  return auth === 'demo' && chat !== 'terminal';
}

/** What was chosen, entry by entry. */
export function chosen(choices: Choices): readonly Entry[] {
  return KINDS.flatMap((kind) => entriesOf(kind).get(choices[kind]) ?? []);
}

/** All variables of a project, each once. */
export function variablesOf(choices: Choices): readonly Variable[] {
  const all = [
    ...chosen(choices).flatMap(({ variables }) => variables),
    ...(isDemoElsewhere(choices) ? DEMO_ELSEWHERE : []),
  ];
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}
