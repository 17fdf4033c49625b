import { cleanLine, isPluginError, type Tasker } from '@securitybot/core';
import { alertOf } from '@securitybot/formats';
import type { FileEntry } from './alert-file.js';
import { together } from './together.js';

/** What became of one line. `lost`: the database is gone, so that what follows need not be tried. */
export type Answer = { readonly line: number } & (
  | { readonly id: string; readonly isNew: boolean }
  | { readonly wrong: string; readonly lost?: true }
);

/** Lines at a time: a server writes several commits to its disk at once. */
const TOGETHER = 8;

async function answer(tasker: Pick<Tasker, 'add'>, entry: FileEntry): Promise<Answer> {
  const { line } = entry;
  if ('wrong' in entry) return { line, wrong: entry.wrong };
  try {
    const alert = alertOf(entry.fields, Date.now());
    return { line, id: alert.id, isNew: await tasker.add(alert) };
  } catch (error) {
    const wrong = cleanLine(error instanceof Error ? error.message : String(error), 500);
    return isPluginError(error) && error.code !== 'REJECTED' ? { line, wrong, lost: true } : { line, wrong };
  }
}

/**
 * Raises the alerts of a file, and answers each line for itself, in their order. After an answer that says the database is
 * lost, there is none. `raised`: told whenever new ones were added.
 */
export async function* importAlerts(
  tasker: Pick<Tasker, 'add'>,
  entries: AsyncIterable<FileEntry>,
  raised: () => Promise<void>,
): AsyncGenerator<Answer> {
  for await (const group of together(entries, TOGETHER)) {
    const answers = await Promise.all(group.map((entry) => answer(tasker, entry)));
    if (answers.some((each) => 'isNew' in each && each.isNew)) await raised();
    for (const each of answers) {
      yield each;
      if ('lost' in each) return;
    }
  }
}
