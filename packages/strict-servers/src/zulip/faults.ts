import type { ServerResponse } from 'node:http';
import type { ZulipBadAnswer, ZulipFaultScope, ZulipFaults } from './types-faults.js';

/** What a call gets instead of its answer. */
export interface Fault {
  /** What was asked is done all the same. */
  readonly done: boolean;
  /** It was told to wait, for so many ms. */
  readonly waitMs?: number;
  /** Answers, or does not. @returns the HTTP status; 0 for none. */
  readonly answer: (response: ServerResponse) => number;
  readonly code?: string;
}

const PAGE = '<!doctype html><title>Bad gateway</title><h1>The proxy has no answer</h1>';

export function give(response: ServerResponse, status: number, body: string, type = 'application/json'): number {
  response.writeHead(status, { 'content-type': type }).end(body);
  return status;
}

export const tooMany = (seconds: number): { readonly body: string; readonly headers: Record<string, string> } => ({
  headers: { 'retry-after': String(seconds) },
  body: JSON.stringify({
    result: 'error',
    msg: 'API usage exceeded rate limit',
    code: 'RATE_LIMIT_HIT',
    'retry-after': seconds,
  }),
});

function spoil(how: ZulipBadAnswer, response: ServerResponse): number {
  switch (how) {
    case 'html':
      return give(response, 200, PAGE, 'text/html');
    case 'wrong-type':
      return give(response, 200, '"success"');
    case 'redirect':
      response.setHeader('location', 'https://login.example.test/');
      return give(response, 302, PAGE, 'text/html');
    case 'cut-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
      response.write('{"result":"success","msg":"","id":', () => response.socket?.destroy());
      return 200;
    case 'reset':
      response.socket?.destroy();
      return 0;
    case 'silence':
      return 0;
    default:
      return give(response, how, PAGE, 'text/html');
  }
}

type Ordered = Pick<ZulipFaults, 'rateLimit' | 'answer' | 'fail' | 'respond'>;

/** The faults that were ordered; first come, first served. */
export function createFaults() {
  let ordered: { readonly scope: ZulipFaultScope; readonly fault: Fault; left: number }[] = [];

  const order = (scope: ZulipFaultScope, fault: Omit<Fault, 'done'>) => {
    ordered.push({ scope, fault: { ...fault, done: scope.done ?? false }, left: scope.times ?? 1 });
  };

  const faults: Ordered = {
    rateLimit({ retryAfter = 1, ...scope } = {}) {
      const { body, headers } = tooMany(retryAfter);
      order(scope, {
        code: 'RATE_LIMIT_HIT',
        waitMs: retryAfter * 1000,
        answer: (response) => give(response.setHeaders(new Map(Object.entries(headers))), 429, body),
      });
    },
    answer: (how, scope = {}) => order(scope, { answer: (response) => spoil(how, response) }),
    fail(code, { status = 400, msg = 'It was ordered to fail', ...scope } = {}) {
      const body = JSON.stringify({ result: 'error', msg, code });
      order(scope, { code, answer: (response) => give(response, status, body) });
    },
    respond: (body, scope = {}) => order(scope, { answer: (response) => give(response, 200, JSON.stringify(body)) }),
  };

  return {
    faults,
    /** The fault that this call gets, which is then one less. */
    take(endpoint: string): Fault | undefined {
      const found = ordered.find(
        ({ scope, left }) => left > 0 && (scope.endpoint === undefined || scope.endpoint === endpoint),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
    clear() {
      ordered = [];
    },
  };
}
