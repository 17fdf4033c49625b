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

const text = (words: string): MessageNode => ({ type: 'text', text: words });

/**
 * Tells the security team of every link that was issued and every passkey that was added since the last call; to be called
 * every few seconds. Each is told at least once: what `send` rejects is told again by the next call.
 * @returns how many were told.
 */
export async function reportPasskeys(
  options: WebauthnOptions,
  send: (report: Report) => Promise<unknown>,
): Promise<number> {
  const { database } = readOptions(options);
  const { db } = database;
  const now = (await database.now()).getTime();
  const links = await selectUnreportedEnrolments(db);
  for (const { hash, login, issued_by } of links) {
    const nodes = [
      { type: 'strong', text: login } as const,
      text(`: ${issued_by} has issued a link to add a passkey. Who opens it can prove to be ${login} from then on.`),
    ];
    await send({ key: `enrolment ${hashToHex(hash)}`, nodes });
    await markEnrolmentReported(db, hash, now);
  }
  const passkeys = await selectUnreportedPasskeys(db);
  for (const { hash, login, added_by } of passkeys) {
    const nodes = [
      { type: 'strong', text: login } as const,
      text(`: a passkey was added, with the link that ${added_by} had issued. If that was not them: `),
      { type: 'code', text: `securitybot passkey remove ${hashToHex(hash)}` } as const,
    ];
    await send({ key: `passkey ${hashToHex(hash)}`, nodes });
    await markPasskeyReported(db, hash, now);
  }
  return links.length + passkeys.length;
}
