import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBell } from '../bell.js';
import { createListening, HOST } from '../listening.js';
import { inRealTime } from '../real-time.js';
import { createAuthority, createCertificate } from './certificates.js';
import { createEndpoints } from './endpoints.js';
import { failure, isRefusal, type Refusal, refusal, type Violation } from './failure.js';
import { type Answered, createFaults, giveJson, giveRefusal } from './faults.js';
import { PARAMETERS } from './parameters.js';
import { createPeople, randomId } from './people.js';
import { createPushes } from './pushes.js';
import type { DuoCall, DuoServer, DuoServerOptions, DuoTimes, DuoViolation } from './types.js';
import { type Arrived, admit, arrive, parametersOf, understand } from './understand.js';
import { createUser } from './user.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const TIMES: DuoTimes = {
  pushMs: 60_000,
  verificationMs: 60_000,
  toleranceMs: 300_000,
  keepMs: 3_600_000,
  patienceMs: 5000,
};

/** Starts a Duo on 127.0.0.1. Rejects with an Error when the port is taken. */
export async function createDuoServer(options: DuoServerOptions = {}): Promise<DuoServer> {
  const { now = Date.now, schedule = inRealTime, lockoutAfter = 10 } = options;
  const times = { ...TIMES, ...options.times };
  const integrationKey = options.integrationKey ?? randomId('DI', 18);
  const secretKey = options.secretKey ?? randomId('', 40);

  const calls: Mutable<DuoCall>[] = [];
  const violations: DuoViolation[] = [];
  let limits: { readonly path: string; readonly username: string | undefined; readonly until: number }[] = [];
  let delayMs = 0;
  let skewMs = 0;
  let waiting = 0;

  const bell = createBell('strict Duo');
  const serverTime = () => now() + skewMs;
  const people = createPeople(options.newUsers ?? 'enroll');
  const pushes = createPushes({ now: serverTime, schedule, lockoutAfter, times, bell });
  const ordered = createFaults(now);
  const note = (violation: Violation | undefined) => {
    if (violation) violations.push({ ...violation, at: now() });
  };
  const endpoints = createEndpoints({
    people,
    pushes,
    now: serverTime,
    note,
    async wait(holds, signal) {
      waiting += 1;
      bell.ring();
      try {
        return await bell.wait(holds, signal);
      } finally {
        waiting -= 1;
        bell.ring();
      }
    },
  });
  const lock = {
    integrationKey,
    secretKey,
    application: options.application ?? 'auth-api',
    signedHost: options.signedHost,
    port: () => port,
    toleranceMs: times.toleranceMs,
    now: serverTime,
  };

  const authority = await createAuthority();
  const folder = await mkdtemp(join(tmpdir(), 'strict-duo-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.cert);

  function minding(path: string, username: string | undefined): void {
    const isTooEarly = limits.some(
      (limit) => limit.path === path && limit.username === username && now() < limit.until,
    );
    if (isTooEarly) note({ rule: 'ignored-retry-after', detail: `${path}: called before its Retry-After was over` });
  }

  /** What Duo says to a request: a response, or a thrown Refusal. */
  async function say(arrived: Arrived, call: Mutable<DuoCall>, signal: AbortSignal): Promise<unknown> {
    call.signature = admit(arrived, lock);
    const { method, path } = arrived;
    const endpoint = endpoints[`${method} ${path}`];
    if (!endpoint) {
      throw refusal(
        path in PARAMETERS ? 40501 : 40401,
        'unknown-endpoint',
        `${method} ${path}: there is no such endpoint`,
      );
    }
    return endpoint({ parameters: understand(arrived, call.signature), signal });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.setHeader('date', new Date(serverTime()).toUTCString());
    const arrived = await arrive(request);
    const parameters = parametersOf(arrived);
    const { method, path } = arrived;
    const call: Mutable<DuoCall> = { at: now(), method, path, parameters, signature: undefined, status: 0 };
    calls.push(call);
    bell.ring();
    const { username } = parameters;
    minding(path, username);
    const fault = ordered.take(path, username);
    let give = (): Answered => (fault ?? { answer: () => ({ status: 0 }) }).answer(response);
    if (!fault || fault.done) {
      try {
        const said = JSON.stringify({ stat: 'OK', response: await say(arrived, call, gone.signal) });
        if (!fault) give = () => giveJson(response, said);
      } catch (error) {
        const refused: Refusal = isRefusal(error) ? error : failure(50000, { message: String(error) });
        note(refused.violation);
        if (!fault) give = () => giveRefusal(response, refused);
      }
    }
    if (delayMs > 0) await new Promise<void>((resolve) => inRealTime(resolve, delayMs));
    if (gone.signal.aborted) return;
    const { status, code, notBefore } = give();
    Object.assign(call, { status, ...(code === undefined ? {} : { code }) });
    if (notBefore !== undefined) limits.push({ path, username, until: notBefore });
    bell.ring();
  }

  const server = createServer(await createCertificate(authority, 'own'), (request, response) => {
    // A client that goes away in the middle is none of our errors.
    answer(request, response).catch(() => response.destroy());
  });
  server.on('tlsClientError', () => undefined);
  const { listen, hangUp, stop } = createListening(server);
  const port = await listen(options.port ?? 0);
  const users = new Map<object, ReturnType<typeof createUser>>();

  return {
    host: `${HOST}:${port}`,
    port,
    ca: authority.cert,
    caFile,
    integrationKey,
    secretKey,
    calls,
    violations,
    callsOf: (path) => calls.filter((call) => call.path === path),
    waiting: () => waiting,
    until: (holds, what, { timeoutMs = times.patienceMs } = {}) => bell.until(holds, what, timeoutMs),

    addUser(details) {
      const account = people.add(typeof details === 'string' ? { username: details } : details);
      const user = createUser(account, { people, pushes, bell, patienceMs: times.patienceMs });
      users.set(account, user);
      return user;
    },
    user(name) {
      const user = users.get(people.find({ username: name }) ?? {});
      if (!user) throw new Error(`strict Duo: there is no user "${name}"`);
      return user;
    },
    setNewUsers(policy) {
      people.newUsers = policy;
    },

    faults: {
      ...ordered.faults,
      delay(ms) {
        delayMs = ms;
      },
      async presentCertificate(kind) {
        server.setSecureContext(await createCertificate(authority, kind));
        hangUp();
      },
      skewClock(ms) {
        skewMs = ms;
      },
      forgetPushes: () => pushes.forget(),
      mend() {
        ordered.clear();
        limits = [];
        delayMs = 0;
        skewMs = 0;
      },
      goDown: stop,
      async comeUp() {
        await listen(port);
      },
    },

    async close() {
      bell.close();
      pushes.forget();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
