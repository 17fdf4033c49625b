import type { AlertPage, AlertStory, Raised } from '../../src/contract/alerts.ts';
import type { AuditPage } from '../../src/contract/audit.ts';
import type { DemoAnswer } from '../../src/contract/demo.ts';
import type { Changed, Mute, OptOut } from '../../src/contract/people.ts';
import type { Problem } from '../../src/contract/problem.ts';
import type { Session } from '../../src/contract/session.ts';
import type { Stats } from '../../src/contract/stats.ts';

export type { Alert, AlertPage, AlertStory, Raised } from '../../src/contract/alerts.ts';
export type { AuditPage } from '../../src/contract/audit.ts';
export type { DemoState } from '../../src/contract/demo.ts';
export type { Mute, OptOut } from '../../src/contract/people.ts';
export type { Session } from '../../src/contract/session.ts';
export type { Stats } from '../../src/contract/stats.ts';

/** What the API says went wrong, in words for whoever reads the page. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** By field; an empty one is the whole. */
  readonly fields: Readonly<Record<string, string>>;

  /** Whether the same request would be refused again. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.fields = Object.fromEntries((problem.errors ?? []).map(({ field, message }) => [field, message]));
  }
}

/** To be sent with every change. Set from the session. */
let csrf: string | null = null;

async function call<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(csrf === null || method === 'GET' ? {} : { 'x-csrf-token': csrf }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError(0, { detail: 'The server does not answer. Is Securitybot running?' });
  });
  const said: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, said as Partial<Problem>);
  return said as T;
}

async function callSession(method: string, body?: unknown): Promise<Session> {
  const session = await call<Session>('/api/session', method, body);
  csrf = session.csrf;
  return session;
}

const query = (entries: Readonly<Record<string, string>>) => new URLSearchParams(entries).toString();

export const api = {
  session: () => callSession('GET'),
  signIn: (code: string) => callSession('POST', { code }),
  signOut: () => callSession('DELETE'),
  alerts: (search: string) => call<AlertPage>(`/api/alerts?${search}`),
  alert: (id: string) => call<AlertStory>(`/api/alerts/${encodeURIComponent(id)}`),
  raise: (alert: Readonly<Record<string, string>>) => call<Raised>('/api/alerts', 'POST', alert),
  ignored: (all: boolean) => call<{ readonly ignored: readonly Mute[] }>(`/api/ignored?all=${all}`),
  unmute: (username: string, title: string) => call<Changed>(`/api/ignored?${query({ username, title })}`, 'DELETE'),
  blacklist: () => call<{ readonly blacklist: readonly OptOut[] }>('/api/blacklist'),
  optOut: (username: string, reason: string) => call<Changed>('/api/blacklist', 'PUT', { username, reason }),
  optIn: (username: string) => call<Changed>(`/api/blacklist?${query({ username })}`, 'DELETE'),
  stats: (after: string) => call<Stats>(`/api/stats?${query({ after })}`),
  say: (text: string) => call<Changed>('/api/demo/chat', 'POST', { text }),
  answerPush: (answer: DemoAnswer) => call<Changed>('/api/demo/phone', 'POST', answer),
  audit: (cursor?: string) => call<AuditPage>(`/api/audit?${query(cursor === undefined ? {} : { cursor })}`),
};
