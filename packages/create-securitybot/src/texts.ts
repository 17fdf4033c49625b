import { type Choices, chosen, isDemoElsewhere, type Variable, variablesOf } from './catalogue.ts';
import { REPOSITORY, VERSION } from './manifest.ts';

/** What every project has. */
const PACKAGES = ['blacklist-sql', 'config', 'core', 'sql', 'tasker-sql'].map((name) => `@securitybot/${name}`);

/** What a project is checked and tested with. */
export const TOOLS: Readonly<Record<string, string>> = {
  '@types/node': '^24.0.0',
  typescript: '^7.0.0',
  vitest: '^5.1.1',
};

/** What others publish, and a project may need. */
const OTHERS: Readonly<Record<string, string>> = { '@hono/node-server': '^2.1.9' };

export function packageJson(name: string, packages: readonly string[], { auth }: Choices): string {
  const ours = (names: readonly string[]) => names.map((each) => [each, OTHERS[each] ?? `^${VERSION}`] as const);
  const sorted = (entries: readonly (readonly [string, string])[]) =>
    Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=22.19' },
    scripts: {
      start: 'node --env-file-if-exists=.env src/main.ts',
      ...(auth === 'webauthn' ? { enrol: 'node --env-file-if-exists=.env src/enrol.ts' } : {}),
      test: 'vitest run',
      typecheck: 'tsc',
    },
    dependencies: sorted(ours([...PACKAGES, ...packages])),
    devDependencies: sorted([...ours(['@securitybot/testing']), ...Object.entries(TOOLS)]),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Node.js runs the sources as they are: what it only strips, it need not compile. */
export const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2024"],
    "module": "nodenext",
    "strict": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true,
    "types": ["node"]
  },
  "include": ["src"]
}
`;

export const GITIGNORE = 'node_modules/\n.env\n*.db\n*.db-wal\n*.db-shm\n';

/** A value as an env file takes it: behind a # all else would be a comment. */
const quoted = (value: string) => (/[#\s]/.test(value) ? `'${value}'` : value);

export function envExample(choices: Choices): string {
  const lines = variablesOf(choices).map(({ name, means, example, optional }) => {
    return `# ${means}\n${optional ? '# ' : ''}${name}=${quoted(example)}\n`;
  });
  return ['# Copy this file to .env, which git leaves alone, and fill it in.\n', ...lines].join('\n');
}

export function dockerfile({ auth, database }: Choices): string {
  const page =
    auth === 'webauthn'
      ? `
# The page for passkeys.
ENV SECURITYBOT_HTTP_HOST=0.0.0.0
EXPOSE 8888
`
      : '';
  const file =
    database === 'sqlite'
      ? `
# The database: give it a volume.
RUN mkdir /data && chown node /data
VOLUME /data
ENV SECURITYBOT_DATABASE_URL=sqlite:/data/securitybot.db
`
      : '';
  return `FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY config config
COPY src src
${file}${page}
USER node
CMD ["node", "--env-file-if-exists=.env", "src/main.ts"]
`;
}

function table(variables: readonly Variable[]): string {
  const rows = variables.map(
    ({ name, means, optional }) => `| \`${name}\` | ${means}${optional ? ' (may be left out)' : ''} |`,
  );
  return ['| variable | means |', '| --- | --- |', ...rows].join('\n');
}

const PASSKEYS = `
\`npm run enrol -- ann\` prints a link with which ann adds a passkey. Give it to her on a way that her chat account has no part in. The security
team is told of it; after three days, the passkey proves. Until somebody has one, every alert goes to the security team.
`;

const TRY_IT = `Type \`test\`, answer, and play the phone with \`approve\`, \`deny\` or \`fraud\`. Ctrl-D ends it.`;

export function readme(choices: Choices): string {
  const [chat, auth, database] = chosen(choices);
  const variables = variablesOf(choices);
  const isReady = variables.every(({ optional }) => optional);
  const guides = [
    ...new Set([chat, auth, database].map((entry) => `- ${entry?.title}: <${REPOSITORY}/blob/main/${entry?.guide}>`)),
  ];
  const warning =
    choices.auth === 'demo'
      ? `\n**The demo factor proves nothing.** Whoever types \`approve\` is believed. Before anybody relies on this bot, put a real one into \`src/auth.ts\`.\n`
      : '';
  const demo = isDemoElsewhere(choices)
    ? ' The phone of `SECURITYBOT_TERMINAL_USER` is the terminal that the bot runs in.'
    : '';
  const hasTerminal = choices.chat === 'terminal' || choices.auth === 'demo';
  const options = [
    ...(hasTerminal ? ['-it'] : []),
    ...(choices.auth === 'webauthn' ? ['-p 127.0.0.1:8888:8888'] : []),
    ...(isReady ? [] : ['-v ./.env:/app/.env:ro']),
    ...(choices.database === 'sqlite' ? ['-v securitybot:/data'] : []),
  ].join(' ');
  return `# Securitybot

Asks the person an alert is about whether it was them, has them prove it, and takes everything that is not proven to the security team.
Made by \`npm create securitybot\`: ${chat?.title}, ${auth?.title}, ${database?.title}.
${warning}
## Start

\`\`\`sh
npm install
${isReady ? '' : 'cp .env.example .env   # and fill it in\n'}npm start
npm test
\`\`\`

${choices.chat === 'terminal' && choices.auth === 'demo' ? TRY_IT : `Write \`test\` to the bot: it raises a test alert about you.${demo}`}

${table(variables)}
${choices.auth === 'webauthn' ? PASSKEYS : ''}
${guides.join('\n')}

## What is in it

| file | is |
| --- | --- |
| \`src/main.ts\` | the whole bot: four parts, composed |
| \`src/chat.ts\`, \`src/auth.ts\` | where people are asked, and how they prove it: put another plugin here to change it |
| \`config/bot.yaml\` | how it decides: time to answer, working hours, mutes; every line is explained |
| \`config/commands.yaml\`, \`config/messages.yaml\` | its commands and sentences |
| \`src/bot.test.ts\` | plays the bot with this configuration, on a simulated clock |
| \`Dockerfile\` | an image of it, with the \`package-lock.json\` that \`npm install\` wrote |

## In a container

\`\`\`sh
docker build -t securitybot .
docker run ${options} securitybot
\`\`\`

## Raise an alert

Your detectors write to the database, in three statements; the bot looks each second. How, and what they read later:
<${REPOSITORY}#raise-an-alert>.

## Read on

- How it decides, and what an attacker can and cannot do: <${REPOSITORY}/blob/main/docs/how-it-works.md>
- Running it: <${REPOSITORY}/blob/main/docs/operations.md>
- A chat or a second factor of your own: <${REPOSITORY}/blob/main/docs/plugins.md>
`;
}
