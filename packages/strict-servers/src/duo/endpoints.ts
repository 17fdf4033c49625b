import { failure, type Refusal, refusal, type Violation } from './failure.js';
import { readAuth, readPreauth } from './parameters.js';
import type { Account, People } from './people.js';
import type { Pushes, Status } from './pushes.js';

/** A request that was understood. */
interface Understood {
  readonly parameters: Readonly<Record<string, string>>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface EndpointContext {
  readonly people: People;
  readonly pushes: Pushes;
  readonly now: () => number;
  /** Resolves when it holds, or when the signal aborts. */
  readonly wait: (holds: () => boolean, signal: AbortSignal) => Promise<boolean>;
  /** Notes what is not refused, and wrong all the same. */
  readonly note: (violation: Violation) => void;
}

type Endpoint = (request: Understood) => unknown;

/** What Duo does, by method and path: gives the `response`, or throws a Refusal. https://duo.com/docs/authapi */
export function createEndpoints({
  people,
  pushes,
  now,
  wait,
  note,
}: EndpointContext): Readonly<Record<string, Endpoint>> {
  const time = () => ({ time: Math.floor(now() / 1000) });

  function preauth({ parameters }: Understood): unknown {
    const { by, supportsVerifiedPush } = readPreauth(parameters);
    const account = people.find(by);
    if (by.userId !== undefined && !account) throw unknownUserId('/auth/v2/preauth');
    const standing = people.standing(account);
    if (standing.result === 'enroll') {
      const enroll_portal_url = 'https://api-00000000.duosecurity.example/portal?code=0123456789abcdef';
      return { result: 'enroll', status_msg: standing.message, enroll_portal_url };
    }
    if (standing.result !== 'auth') return { result: standing.result, status_msg: standing.message };
    const devices = standing.account.devices.map(({ id, type, name, capabilities }) => ({
      device: id,
      type,
      name,
      // As in the vendor's example, a hardware token has no capabilities to list.
      ...(type === 'phone' ? { number: 'XXX-XXX-0123', display_name: name || 'Phone', capabilities } : {}),
    }));
    const base = { result: 'auth', status_msg: 'Account is active', devices };
    if (!supportsVerifiedPush || !standing.account.verifiedPush) return base;
    const { txid, code, until } = pushes.verify(standing.account);
    return { ...base, txid, verification_code: code, expiration: Math.floor(until / 1000) };
  }

  function codeOf(account: Account, txid: string | undefined): string | undefined {
    if (txid !== undefined) {
      const code = pushes.useVerification(txid, account);
      if (code !== undefined) return code;
      throw refusal(40002, 'bad-verification', '/auth/v2/auth: its txid cannot be used (any more)', 'txid');
    }
    if (pushes.hasVerification(account)) {
      note({ rule: 'dropped-verification', detail: '/auth/v2/auth: preauth gave a txid, and it came without' });
    }
    return undefined;
  }

  async function auth({ parameters, signal }: Understood): Promise<unknown> {
    const { by, device: wanted, isAsync, shown, txid: verification } = readAuth(parameters);
    const account = people.find(by);
    if (by.userId !== undefined && !account) throw unknownUserId('/auth/v2/auth');
    const standing = people.standing(account);
    let txid: string;
    if (standing.result !== 'auth') txid = pushes.settled(statusOf(standing));
    else {
      const capable = standing.account.devices.filter(({ capabilities }) => capabilities.includes('push'));
      const device = capable.find(({ id }) => wanted === 'auto' || wanted === id);
      if (!device) throw failure(40002, { detail: capable.length === 0 ? 'no capable device' : 'device' });
      const code = codeOf(standing.account, verification);
      const displayUsername = shown.displayUsername ?? standing.account.username;
      txid = pushes.send(standing.account, device, { ...shown, displayUsername }, code);
    }
    if (isAsync) return { txid };
    await wait(() => !pushes.isOpen(txid), signal);
    return pushes.tell(txid);
  }

  async function authStatus({ parameters, signal }: Understood): Promise<unknown> {
    const { txid = '' } = parameters;
    await wait(() => pushes.hasNews(txid), signal);
    const status = signal.aborted ? pushes.peek(txid) : pushes.tell(txid);
    if (!status) throw failure(40002, { detail: 'txid' }); // never given out, or forgotten since: no fault of the client
    return status;
  }

  return {
    'GET /auth/v2/ping': time,
    'GET /auth/v2/check': time,
    'POST /auth/v2/preauth': preauth,
    'POST /auth/v2/auth': auth,
    'GET /auth/v2/auth_status': authStatus,
  };
}

function unknownUserId(path: string): Refusal {
  return refusal(40002, 'bad-parameter', `${path}: no user has that user_id`, 'user_id');
}

function statusOf(standing: Exclude<ReturnType<People['standing']>, { readonly result: 'auth' }>): Status {
  const { message: status_msg } = standing;
  if (standing.result === 'allow') return { result: 'allow', status: 'bypass', status_msg };
  return { result: 'deny', status: standing.result === 'deny' ? standing.status : 'deny', status_msg };
}
