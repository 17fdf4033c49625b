import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Choices, chosen, isDemoElsewhere } from './catalogue.ts';
import { dockerfile, envExample, GITIGNORE, packageJson, readme, TSCONFIG } from './texts.ts';

const TEMPLATE = fileURLToPath(new URL('../template/src/', import.meta.url));

/** The reference bot's configuration: the build puts it beside this file; in the repository it is where it belongs. */
const CONFIG = ['./config/', '../../../apps/bot/config/']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** The plugins' files in the template, by what they are called in a project. */
function sources(choices: Choices): ReadonlyMap<string, string> {
  const auth = isDemoElsewhere(choices) ? 'auth-demo-elsewhere.ts' : `auth-${choices.auth}.ts`;
  const plugins = new Map([
    ['chat.ts', `chat-${choices.chat}.ts`],
    ['auth.ts', auth],
  ]);
  const unneeded = choices.auth === 'webauthn' ? /^(chat|auth)-/ : /^(chat|auth)-|^enrol\.ts$/;
  const common = readdirSync(TEMPLATE).filter((name) => !unneeded.test(name));
  return new Map([...common.map((name) => [name, name] as const), ...plugins]);
}

/** A file of the template as it stands in a project: one chat, one second factor; a server has no address by default. */
function source(name: string, { database }: Choices): string {
  const text = readFileSync(join(TEMPLATE, name), 'utf8').replaceAll(/'\.\/(chat|auth)-[a-z]+\.ts'/g, "'./$1.ts'");
  return database === 'sqlite' ? text : text.replace(", 'sqlite:securitybot.db'", '');
}

function configuration(name: string): string {
  if (CONFIG === undefined)
    throw new Error('The configuration is not where the build puts it. Install create-securitybot anew.');
  return readFileSync(join(CONFIG, name), 'utf8').replace('see `securitybot --help`', 'see `.env.example`');
}

/** The name that npm takes for a package in that folder. */
function packageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name || 'securitybot';
}

/** All files of a project, by their paths in it. */
export function projectFiles(folder: string, choices: Choices): ReadonlyMap<string, string> {
  const packages = [...new Set(chosen(choices).flatMap((entry) => entry.packages))];
  return new Map([
    ['package.json', packageJson(packageName(folder), packages, choices)],
    ['tsconfig.json', TSCONFIG],
    ['.gitignore', GITIGNORE],
    ['.dockerignore', `${GITIGNORE}.git\n`],
    ['.env.example', envExample(choices)],
    ['Dockerfile', dockerfile(choices)],
    ['README.md', readme(choices)],
    ...['bot.yaml', 'commands.yaml', 'messages.yaml'].map((name) => [`config/${name}`, configuration(name)] as const),
    ...[...sources(choices)].map(([name, from]) => [`src/${name}`, source(from, choices)] as const),
  ]);
}

/** Writes a project into a folder that is new or empty. Throws an Error where it is not. */
export async function writeProject(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const [there, ...more] = names.filter((name) => name !== '.git');
  if (there !== undefined) {
    throw new Error(
      `${folder} is not empty: it has ${there}${more.length > 0 ? ' and more' : ''}. Name another folder.`,
    );
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
