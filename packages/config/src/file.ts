import { open, stat } from 'node:fs/promises';

/** No sensible file comes near it. */
const LARGEST = 1024 * 1024;

/** A file's text, or what is wrong with the file and what to do. */
export type FileText = { readonly text: string } | { readonly wrong: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Create it, or name another one.',
  ENOTDIR: 'There is no such file: a part of its path is not a directory. Name another one.',
  EACCES: "It may not be read. Give the bot's user the right to read it.",
  EPERM: "It may not be read. Give the bot's user the right to read it.",
};

async function readAtMost(path: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await handle.read(buffer, length, bytes - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** Reads a file as UTF-8, a byte order mark left out. Never more than 1 MiB, and never a pipe, which could block for ever. */
export async function readText(path: string): Promise<FileText> {
  let bytes: Uint8Array;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { wrong: 'It is a directory. Name the file in it, such as bot.yaml.' };
    if (!found.isFile()) return { wrong: 'It is not a file. Name a file.' };
    bytes = await readAtMost(path, LARGEST + 1);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { wrong: REASONS[code ?? ''] ?? `It cannot be read (${code ?? 'unknown error'}). Name another file.` };
  }
  if (bytes.length > LARGEST) {
    return { wrong: 'It is larger than 1 MiB, which no configuration is. Name the right file, or make it smaller.' };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { wrong: 'It is not UTF-8. Save it as UTF-8.' };
  }
}
