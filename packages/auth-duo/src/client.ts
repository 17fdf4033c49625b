/// <reference path="./duo_api.d.ts" />
import { stringify } from 'node:querystring';
import signing from '@duosecurity/duo_api/lib/duo_sig.js';
import { readAnswer } from './answer.js';
import type { Settings } from './options.js';
import { createTransport, type WireAnswer, type WireFailure } from './transport.js';
import { asError, ofCall, ofLate, ofLimit, ofNonsense, ofRefusal, ofWire } from './trouble.js';

interface DuoRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly unsigned?: true;
}

/** What Duo said, and how. */
interface DuoResponse {
  /** The `response`, of whatever type. */
  readonly response: unknown;
  readonly answer: WireAnswer;
}

export interface DuoClient {
  /**
   * Asks, and only after 429, when nothing was done, asks again, as long as there is time: `endsAt` is by the clock of the settings. Throws a
   * PluginError; its cause is the WireFailure where there was no answer.
   */
  ask(request: DuoRequest, signal: AbortSignal, endsAt: number): Promise<DuoResponse>;
}

/** After 429, in ms: doubling, with jitter. https://duo.com/docs/authapi#response-format */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 32_000;
const JITTER = 1000;
/** A request that has less time than this is not worth sending, in ms. */
const LEAST_TIME = 1000;

/** What `Retry-After` says, in ms: seconds or a date, RFC 9110, section 10.2.3. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

export function createClient(settings: Settings): DuoClient {
  const { integrationKey, secretKey, hostname, host, clock } = settings;
  const send = createTransport(settings);
  // Duo has no port, so nothing says whether one belongs to the host that is signed. Where one is configured, the server
  // tells by refusing the signature, which does nothing.
  let signedHost = host === hostname ? host : undefined;

  async function exchange(request: DuoRequest, signed: string, signal: AbortSignal, ms: number): Promise<WireAnswer> {
    const { method, path, parameters = {}, unsigned } = request;
    const date = new Date(clock.now()).toUTCString();
    const encoded = stringify(parameters);
    const isForm = method === 'POST';
    const wire = {
      method,
      path: isForm || encoded === '' ? path : `${path}?${encoded}`,
      body: isForm ? encoded : '',
      headers: {
        host,
        date,
        'user-agent': 'securitybot-auth-duo',
        accept: 'application/json',
        ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(isForm ? { 'content-length': String(Buffer.byteLength(encoded)) } : {}),
        ...(unsigned
          ? {}
          : { authorization: signing.sign(integrationKey, secretKey, method, signed, path, parameters, date) }),
      },
    };
    return send(wire, signal, ms);
  }

  return {
    async ask(request, signal, endsAt) {
      let hosts = signedHost === undefined ? [host, hostname] : [signedHost];
      for (let limited = 0; ; ) {
        // A process that stood still since the call began must not send what its caller has long given up.
        if (clock.now() >= endsAt) throw asError(ofLate(settings));
        const [signed = host] = hosts;
        let answer: WireAnswer;
        try {
          // Never longer than a call may take, though the machine's clock be set back meanwhile.
          const ms = Math.min(Math.max(1, endsAt - clock.now()), settings.timeoutMs);
          answer = await exchange(request, signed, signal, ms);
        } catch (error) {
          throw asError(ofWire(error as WireFailure, settings));
        }
        const said = readAnswer(answer);
        if ('refused' in said && said.refused.code === 40103 && hosts.length > 1) {
          hosts = hosts.slice(1);
          continue;
        }
        if (!request.unsigned && 'response' in said) signedHost = signed;
        if ('response' in said) return { response: said.response, answer };
        if (answer.status !== 429) {
          throw asError(
            'refused' in said ? ofRefusal(said.refused, answer, settings) : ofNonsense(answer, said.nonsense, settings),
          );
        }
        const now = clock.now();
        const backOff = Math.min(FIRST_WAIT * 2 ** limited, LONGEST_WAIT);
        const wait = Math.max(retryAfter(answer.headers['retry-after'], now) ?? 0, backOff) + Math.random() * JITTER;
        if (now + wait + LEAST_TIME > endsAt) throw asError(ofLimit(wait, settings));
        await clock.sleep(wait, signal);
        if (signal.aborted) throw asError(ofCall(settings));
        limited += 1;
      }
    },
  };
}
