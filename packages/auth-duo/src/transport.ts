import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Settings } from './options.js';

interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Why there is no answer. */
export interface WireFailure extends Error {
  readonly reason: 'aborted' | 'timeout' | 'too-long' | 'broken';
  /** Duo may have read the request. */
  readonly sent: boolean;
  /** An answer has begun. */
  readonly begun: boolean;
}

export type Send = (request: WireRequest, signal: AbortSignal, timeoutMs: number) => Promise<WireAnswer>;

/** An answer of Duo's has some hundred bytes for each device. */
const LONGEST_BODY = 262_144;

/**
 * Sends requests to the host of the settings, and follows no redirect. Rejects with a WireFailure.
 *
 * Each request has a connection of its own. One that was kept may be closing while the next request is written, and nobody
 * knows then whether a push went out; and what a confused proxy sends too late would be read as the answer to that one, so
 * that somebody's approval were another's.
 */
export function createTransport({ hostname, port, ca, clock }: Settings): Send {
  const tls = { secureContext: createSecureContext({ ca: [...ca], minVersion: 'TLSv1.2' }) };

  return ({ method, path, headers, body }, signal, timeoutMs) =>
    new Promise((resolve, reject) => {
      const state = { sent: false, begun: false };
      const settled = new AbortController();
      const request = httpsRequest({ ...tls, hostname, port, agent: false, method, path, headers });

      const fail = (reason: WireFailure['reason'], error: Error) => {
        if (settled.signal.aborted) return;
        settled.abort();
        reject(Object.assign(new Error(error.message, { cause: error }), { reason, ...state }));
        request.destroy();
      };
      const abort = () => fail('aborted', new Error('it was called off'));
      signal.addEventListener('abort', abort, { signal: settled.signal });
      clock
        .sleep(timeoutMs, settled.signal)
        .then(() => fail('timeout', new Error(`no answer within ${Math.round(timeoutMs)} ms`)));

      request.on('socket', (socket) => {
        // This event comes only where the certificate is in order; until then, nothing has gone out.
        socket.once('secureConnect', () => Object.assign(state, { sent: true }));
        if (!socket.connecting) state.sent = true; // we came too late for the event
      });
      request.on('error', (error) => fail('broken', error));
      request.on('close', () => {
        fail('broken', new Error(state.begun ? 'the answer was cut off' : 'the connection ended without an answer'));
      });
      request.on('response', (response) => {
        state.begun = true;
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > LONGEST_BODY) fail('too-long', new Error(`an answer of more than ${LONGEST_BODY} bytes`));
        });
        response.on('error', () => fail('broken', new Error('the answer was cut off')));
        response.on('end', () => {
          settled.abort();
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      if (signal.aborted) return abort();
      request.end(body);
    });
}
