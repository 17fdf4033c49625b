import { readFile } from 'node:fs/promises';

/** A variable of the environment. Throws an Error that names it, where it is not set and nothing stands in for it. */
export function setting(name: string, otherwise?: string): string {
  const value = process.env[name]?.trim() || otherwise;
  if (value === undefined) throw new Error(`${name} is not set. .env.example says what it is; write it into .env.`);
  return value;
}

/** The same for one that may be left out: an option of that name, or none. */
export function optional<Option extends string>(option: Option, name: string): Partial<Record<Option, string>> {
  const value = process.env[name]?.trim();
  return value ? ({ [option]: value } as Record<Option, string>) : {};
}

/** The certificate of an authority of your own, in the file that a variable names; none where it is not set. */
export async function authority(name: string): Promise<{ readonly ca?: string }> {
  const { file } = optional('file', name);
  return file === undefined ? {} : { ca: await readFile(file, 'utf8') };
}
