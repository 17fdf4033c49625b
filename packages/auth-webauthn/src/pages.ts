import { readFileSync } from 'node:fs';
import { createEnrolLinks } from './enrol.js';
import { renderPage } from './html.js';
import { readJson, refuse, respond } from './http.js';
import type { LinkKind } from './link.js';
import { readOptions, type WebauthnOptions } from './options.js';
import { createProveLinks } from './prove.js';
import { hashOf } from './secret.js';
import { told } from './told.js';

/**
 * Answers a request for one of our pages; `undefined` for any other. A plain Fetch handler: mount it in whatever serves
 * the origin. Rejects only where the database fails: nothing was proven then, nor denied.
 */
export type WebauthnPages = (request: Request) => Promise<Response | undefined>;

const asset = (name: string) => readFileSync(new URL(`../assets/${name}`, import.meta.url), 'utf8');

/** The pages where links lead to: to prove something, and to add a passkey. Of the same options as `createWebauthnAuth`. */
export function createWebauthnPages(options: WebauthnOptions): WebauthnPages {
  const settings = readOptions(options);
  const { origin, path } = settings;
  const kinds: Readonly<Record<string, LinkKind>> = {
    prove: createProveLinks(settings),
    enrol: createEnrolLinks(settings),
  };
  const assets: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/page.js': ['text/javascript; charset=utf-8', asset('page.js')],
    '/page.css': ['text/css; charset=utf-8', asset('page.css')],
  };

  function notGood(): Response {
    const content = {
      title: 'This link is not good',
      paragraphs: ['It was used, its time is over, or a part of it is missing. Go back to where you have it from.'],
    };
    return respond(404, 'text/html; charset=utf-8', renderPage(path, content));
  }

  async function post(request: Request, kind: LinkKind, secret: Buffer, action: string): Promise<Response> {
    // Only our own page may speak for the person who reads it.
    if (request.headers.get('origin') !== origin) return refuse(403, `This works only from ${origin}.`);
    const read = await readJson(request);
    if ('refused' in read) return read.refused;
    return (await kind.act(secret, action, read.json)) ?? refuse(404, 'There is no such action.');
  }

  async function answer(request: Request): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${path}/`)) return undefined;
    const rest = pathname.slice(path.length);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const found = Object.hasOwn(assets, rest) ? assets[rest] : undefined;
    if (found && isRead) return respond(200, ...found);
    const [, name = '', text = '', action] = /^\/(prove|enrol)\/([A-Za-z0-9_-]{43})(?:\/([a-z]+))?$/.exec(rest) ?? [];
    const kind = kinds[name];
    if (!kind) return notGood();
    const secret = hashOf(text);
    if (action !== undefined && request.method === 'POST') return post(request, kind, secret, action);
    if (action !== undefined || !isRead) return refuse(405, 'That is not how this link works.');
    const page = await kind.page(secret);
    return page === undefined ? notGood() : respond(200, 'text/html; charset=utf-8', page);
  }

  return (request) => told('answering a request', () => answer(request));
}
