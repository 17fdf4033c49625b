import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, type LoadConfigOptions, loadConfig } from './load.js';
import { ConfigError } from './problem.js';

/** For tests: writes files into a directory of their own, and gives its path. */
export async function scratch(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'securitybot-config-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}

/** For tests: what a configuration says. */
export async function load(
  files: Readonly<Record<string, string | Uint8Array>>,
  options?: LoadConfigOptions,
): Promise<Config> {
  return loadConfig(join(await scratch(files), 'bot.yaml'), options);
}

/** For tests: the lines of its ConfigError, without the directory. Anything else that is thrown stays thrown. */
export async function problems(
  files: Readonly<Record<string, string | Uint8Array>>,
  options?: LoadConfigOptions,
): Promise<readonly string[]> {
  const directory = await scratch(files);
  try {
    await loadConfig(join(directory, 'bot.yaml'), options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replaceAll(`${directory}/`, ''));
  }
}
