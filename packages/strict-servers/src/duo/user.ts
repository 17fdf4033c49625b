import type { Bell } from '../bell.js';
import type { Account, People } from './people.js';
import type { Pushes } from './pushes.js';
import type { DuoPrompt, DuoUser } from './types-people.js';

/** The person who holds the phone of an account. */
export function createUser(
  account: Account,
  {
    people,
    pushes,
    bell,
    patienceMs,
  }: { readonly people: People; readonly pushes: Pushes; readonly bell: Bell; readonly patienceMs: number },
): DuoUser {
  const open = () => pushes.prompts(account).find(({ state }) => state === 'open');

  async function awaitsPrompt({ timeoutMs = patienceMs }: { readonly timeoutMs?: number } = {}): Promise<DuoPrompt> {
    let prompt: DuoPrompt | undefined;
    const holds = () => {
      prompt = open();
      return prompt !== undefined;
    };
    await bell.until(holds, `an open push for ${account.username}`, timeoutMs);
    if (!prompt) throw new Error(`strict Duo: no open push for ${account.username}`);
    return prompt;
  }

  const act = async (what: Parameters<Pushes['act']>[1]): Promise<DuoPrompt> => {
    await awaitsPrompt();
    return pushes.act(account, what);
  };

  return {
    username: account.username,
    userId: account.userId,
    get status() {
      return account.status;
    },
    prompts: () => pushes.prompts(account),
    awaitsPrompt,
    approves: () => act('approved'),
    denies: () => act('denied'),
    reportsFraud: () => act('fraud'),
    letsExpire: () => act('expired'),
    entersCode: (code) => act({ code }),
    settles: (result, status, message = '') => act({ result, status, status_msg: message }),
    becomes(status) {
      if (status === 'active') account.failures = 0;
      account.status = status;
    },
    changes: (details) => people.change(account, details),
  };
}
