import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** So many bots of a machine can be rung for; one is enough. */
const BELLS = 16;
/** Whoever rings waits for no bot longer than this, in ms. */
const PATIENCE_MS = 100;

/**
 * Where bells hang, within this machine: nothing from a network and no web page reaches them. On Linux they are names in the abstract
 * namespace of sockets (unix(7)), which need no file and vanish with their process; on Windows they are pipes.
 */
function place(n: number): string {
  if (process.platform === 'linux') return `\0securitybot-${n}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\securitybot-${n}` : join(tmpdir(), `securitybot-${n}.bell`);
}

const PLACES: readonly string[] = Array.from({ length: BELLS }, (_, n) => place(n));

/** Rings at one place. @returns whether a bell hangs there. */
function ringAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(PATIENCE_MS);
    const leave = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on('connect', leave(true)).on('timeout', leave(true)).on('error', leave(false));
  });
}

/** Tells the bots of this machine that something was written, and says nothing else. Where there is none, nothing happens. */
export async function ringBells(places = PLACES): Promise<void> {
  await Promise.all(places.map(ringAt));
}

function hangAt(path: string, rung: () => void): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).destroy(); // to ring is to connect: nothing is read, nothing is said
      rung();
    });
    server.on('error', () => resolve(undefined));
    server.listen(path, () => resolve(() => server.close()));
    server.unref();
  });
}

/** Takes away the file of a bot that was killed: where there are files, nobody else does. @returns whether the place is free now. */
async function clearLeftOver(path: string): Promise<boolean> {
  if (!path.startsWith('/') || (await ringAt(path))) return false;
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false; // another user's, or no file: that place stays taken
  }
}

/**
 * Calls back whenever somebody on this machine rings. @returns what takes the bell down; undefined where no place is free: then a bot learns
 * of what others wrote by its next look.
 */
export async function hangBell(rung: () => void, places = PLACES): Promise<(() => void) | undefined> {
  for (const path of places) {
    const hung = await hangAt(path, rung);
    if (hung) return hung;
    if (!(await clearLeftOver(path))) continue;
    const again = await hangAt(path, rung);
    if (again) return again;
  }
  return undefined;
}
