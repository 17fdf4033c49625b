import type { ServerResponse } from 'node:http';
import { bodyOf, failure, type Refusal, statusOf } from './failure.js';
import type { DuoBadAnswer, DuoFaultScope, DuoFaults } from './types-faults.js';

/** What a request gets instead of its answer. */
export interface Fault {
  /** What was asked is done all the same. */
  readonly done: boolean;
  /** Answers, or does not. */
  readonly answer: (response: ServerResponse) => Answered;
}

export interface Answered {
  /** Of HTTP; 0 where there is no answer. */
  readonly status: number;
  /** Duo's. */
  readonly code?: number;
  /** The client was told to come back not before, in ms since the epoch, UTC. */
  readonly notBefore?: number;
}

interface Ordered extends Fault {
  readonly scope: DuoFaultScope;
  left: number;
}

/** Between two bytes of an answer that drips, in ms. */
const DRIP_MS = 20;
const PAGE = '<!doctype html><title>Bad gateway</title><h1>The proxy has no answer</h1>';
const BEGINNING = '{"stat":"OK","response":{"result":"allow","status":"allow","status_msg":"';

function give(response: ServerResponse, status: number, type: string, body: string): Answered {
  response.writeHead(status, { 'content-type': type }).end(body);
  return { status };
}

export function giveRefusal(response: ServerResponse, refused: Refusal): Answered {
  return { ...give(response, statusOf(refused), 'application/json', bodyOf(refused)), code: refused.code };
}

export function giveJson(response: ServerResponse, body: string): Answered {
  return give(response, 200, 'application/json', body);
}

function spoil(how: DuoBadAnswer, response: ServerResponse): Answered {
  if (typeof how === 'number') return give(response, how, 'text/html', PAGE);
  switch (how) {
    case 'html':
      return give(response, 200, 'text/html', PAGE);
    case 'redirect':
      response.setHeader('location', '/auth/v2/elsewhere');
      return give(response, 302, 'text/html', PAGE);
    case 'cut-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
      response.write(BEGINNING, () => response.socket?.destroy());
      return { status: 200 };
    case 'drip': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), DRIP_MS);
      response.on('close', () => clearInterval(timer));
      return { status: 200 };
    }
    case 'huge': {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(BEGINNING);
      const more = () => {
        if (response.destroyed) return;
        if (response.write('x'.repeat(65_536))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
      return { status: 200 };
    }
    case 'garbage':
      response.socket?.end('\u0000\u0001 this is no HTTP\r\n\r\n');
      return { status: 0 };
    case 'reset':
      response.socket?.destroy();
      return { status: 0 };
    case 'silence':
      return { status: 0 };
    default:
      return how satisfies never;
  }
}

type OrderedFaults = Pick<DuoFaults, 'rateLimit' | 'answer' | 'refuse' | 'respond' | 'send'>;

/** The faults that were ordered; first come, first served. */
export function createFaults(now: () => number) {
  let ordered: Ordered[] = [];

  const order = ({ done = false, ...scope }: DuoFaultScope, answer: Fault['answer']) => {
    ordered.push({ scope, done, answer, left: scope.times ?? 1 });
  };

  const faults: OrderedFaults = {
    rateLimit({ retryAfter, ...scope } = {}) {
      order(scope, (response) => {
        if (retryAfter === undefined) return giveRefusal(response, failure(42901));
        response.setHeader('retry-after', String(retryAfter));
        const notBefore = typeof retryAfter === 'number' ? now() + retryAfter * 1000 : Date.parse(retryAfter);
        return { ...giveRefusal(response, failure(42901)), notBefore };
      });
    },
    answer: (how, scope = {}) => order(scope, (response) => spoil(how, response)),
    refuse: (code, { message, detail, ...scope } = {}) =>
      order(scope, (response) => giveRefusal(response, failure(code, { message, detail }))),
    respond: (response, scope) => faults.send(JSON.stringify({ stat: 'OK', response }), scope),
    send: (body, scope = {}) => order(scope, (response) => giveJson(response, body)),
  };

  return {
    faults,
    /** The fault that this request gets, which is then one less. */
    take(path: string, username: string | undefined): Fault | undefined {
      const fault = ordered.find(
        ({ scope, left }) =>
          left > 0 &&
          (scope.path === undefined || scope.path === path) &&
          (scope.username === undefined || scope.username === username),
      );
      if (fault) fault.left -= 1;
      return fault;
    },
    clear() {
      ordered = [];
    },
  };
}
