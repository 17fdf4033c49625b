import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Choices, entriesOf, variablesOf } from './catalogue.ts';
import { projectFiles, writeProject } from './project.ts';
import { TOOLS } from './texts.ts';

const words = (kind: 'chat' | 'auth' | 'database') => [...entriesOf(kind).keys()];
const combinations = words('chat').flatMap((chat) =>
  words('auth').flatMap((auth) => words('database').map((database) => ({ chat, auth, database }) as Choices)),
);

/** Read for tests, and for who has an authority of their own: no project has to know. */
const UNASKED = ['SLACK_API_URL', 'ZULIP_CA_FILE', 'DUO_CA_FILE'];

describe.each(combinations)('a project with $chat, $auth and $database', (choices) => {
  const files = projectFiles('some/My Bot!', choices);
  const sources = [...files].filter(([path]) => path.startsWith('src/')).map(([, text]) => text);
  const manifest = JSON.parse(files.get('package.json') ?? '');

  it('depends on what it imports, and on nothing else', () => {
    const imported = sources.flatMap((text) => [...text.matchAll(/ from '(@[^']+|vitest)'/g)].map(([, name]) => name));
    const { vitest: _, ...tools } = TOOLS;
    const listed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    expect(listed.toSorted()).toEqual([...new Set([...imported, ...Object.keys(tools)])].toSorted());
  });

  it('names in .env.example what it reads', () => {
    const read = sources.flatMap((text) => [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, name = '']) => name));
    const named = variablesOf(choices).map(({ name }) => name);
    expect(read.filter((name) => !UNASKED.includes(name)).toSorted()).toEqual(expect.arrayContaining(named.toSorted()));
    const untold = read.filter((name) => !UNASKED.includes(name) && !named.includes(name));
    // On the terminal, reports are lines of #security.
    expect(untold.filter((name) => name !== 'SECURITYBOT_REPORTING_CHANNEL' || choices.chat !== 'terminal')).toEqual(
      [],
    );
  });

  it('imports the files that it has', () => {
    const local = sources.flatMap((text) =>
      [...text.matchAll(/ from '\.\/([^']+)'/g)].map(([, name]) => `src/${name}`),
    );
    expect(local.filter((path) => !files.has(path))).toEqual([]);
  });

  it('has a name that npm takes, and no database that nobody chose', () => {
    expect(manifest.name).toBe('my-bot');
    expect(files.get('src/main.ts')?.includes('sqlite:')).toBe(choices.database === 'sqlite');
    expect(files.get('config/bot.yaml')).not.toContain('--help');
  });
});

async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'create-securitybot-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it('is written into a folder that is new, or has nothing but a repository', async () => {
  const folder = await emptyFolder();
  const files = new Map([['src/main.ts', 'x\n']]);
  await mkdir(join(folder, '.git'));
  await writeProject(folder, files);
  await writeProject(join(folder, 'deep', 'er'), files);
  expect(await readFile(join(folder, 'deep', 'er', 'src', 'main.ts'), 'utf8')).toBe('x\n');
});

it('overwrites nothing', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'mine.txt'), 'mine');
  await expect(writeProject(folder, new Map([['mine.txt', 'yours']]))).rejects.toThrow(
    /is not empty: it has mine\.txt/,
  );
  expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
});

it('is checked and tested with the tools of this repository', async () => {
  const root = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')).devDependencies;
  const ours = { '@types/node': root['@types/node'], typescript: root['typescript-7'], vitest: root.vitest };
  const major = (version: string) => /(\d+)\./.exec(version)?.[1];
  for (const [tool, version] of Object.entries(TOOLS))
    expect(major(version), tool).toBe(major(ours[tool as keyof typeof ours]));
});
