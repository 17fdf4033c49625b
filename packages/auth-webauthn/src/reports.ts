import type { MessageNode } from '@securitybot/core';
import { hashToHex } from '@securitybot/sql';
import { readOptions, type WebauthnOptions } from './options.js';
import { markEnrolmentReported, selectUnreportedEnrolments } from './statements/enrolments.js';
import { markPasskeyReported, selectUnreportedPasskeys } from './statements/passkeys.js';

/** For `Chat.send`, to the security team's room. */
interface Report {
  readonly key: string;
  readonly nodes: readonly MessageNode[];
}

/** With what notes that it was sent. */
interface Telling extends Report {
  readonly mark: () => Promise<void>;
}

const text = (words: string): MessageNode => ({ type: 'text', text: words });
const strong = (words: string): MessageNode => ({ type: 'strong', text: words });

/**
 * Tells the security team of every link that was issued and every passkey that was added since the last call, also of one that was taken
 * away since; to be called every few seconds. Each is told at least once: what `send` rejects is told again by the next call, and holds up
 * none of the others; the first rejection is thrown once all were tried.
 * @returns how many were told.
 */
export async function reportPasskeys(
  options: WebauthnOptions,
  send: (report: Report) => Promise<unknown>,
): Promise<number> {
  const { database } = readOptions(options);
  const { db } = database;
  const now = (await database.now()).getTime();
  const links = (await selectUnreportedEnrolments(db)).map(
    ({ hash, login, issued_by }): Telling => ({
      key: `enrolment ${hashToHex(hash)}`,
      nodes: [
        strong(login),
        text(`: ${issued_by} has issued a link to add a passkey. Who opens it can prove to be ${login} from then on.`),
      ],
      mark: () => markEnrolmentReported(db, hash, now),
    }),
  );
  const passkeys = (await selectUnreportedPasskeys(db)).map(
    ({ hash, login, added_by, removed_at }): Telling => ({
      key: `passkey ${hashToHex(hash)}`,
      nodes: [
        strong(login),
        ...(removed_at === null
          ? [
              text(`: a passkey was added, with the link that ${added_by} had issued. If that was not them: `),
              { type: 'code', text: `securitybot passkey remove ${hashToHex(hash)}` } as const,
            ]
          : [text(`: a passkey was added, with the link that ${added_by} had issued, and has been taken away again.`)]),
      ],
      mark: () => markPasskeyReported(db, hash, now),
    }),
  );
  const failures: unknown[] = [];
  const all = [...links, ...passkeys];
  for (const { key, nodes, mark } of all) {
    await send({ key, nodes }).then(mark, (error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
  return all.length;
}
