import { cleanLine } from '@securitybot/core';
import { normalise } from '@securitybot/sql';
import type { Settings } from './options.js';
import { selectPasskeys } from './statements/passkeys.js';

/** As the column is. */
const LONGEST_LOGIN = 255;

/** A login as passkeys know it; `undefined` for what no login can be. */
export function loginOf(subject: string): string | undefined {
  const login = normalise(subject);
  const isFine = login !== '' && login.length <= LONGEST_LOGIN && login === cleanLine(login, LONGEST_LOGIN);
  return isFine ? login : undefined;
}

export type PasskeyRow = Awaited<ReturnType<typeof selectPasskeys>>[number];

/** How browsers can reach it; what is none of theirs is left out. */
export function transportsOf({ transports }: PasskeyRow): string[] {
  return (transports ?? '').split(' ').filter((each) => each !== '');
}

/** The passkeys of a login, and those of them that are old enough to prove something. */
export async function passkeysOf({ database, matureMs }: Settings, login: string) {
  const all = await selectPasskeys(database.db, login);
  const now = (await database.now()).getTime();
  return { all, mature: all.filter(({ added_at }) => added_at + matureMs <= now) };
}
