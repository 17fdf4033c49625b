import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mutable } from './journal.js';
import type { Limits, Tier } from './limits.js';
import type { Answer, Method } from './methods/method.js';
import { no, text } from './methods/method.js';
import { METHODS } from './methods/table.js';
import type { Orders, Wrong } from './orders.js';
import { type Arguments, parseCall, readBody } from './request.js';
import type { SlackCall, SlackViolation } from './types.js';
import type { SlackBadAnswer } from './types-faults.js';
import type { World } from './world.js';

/** Refusals that say that the app sends what Slack does not take. */
const REFUSED_ARGUMENTS = [
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_cursor',
  'invalid_limit',
  'invalid_types',
  'block_mismatch',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'view_too_large',
  'limit_required',
  'unknown_method',
  'invalid_json',
  'json_not_object',
  'invalid_post_type',
  'missing_post_type',
];

function ruleOf(error: string | undefined): SlackViolation['rule'] | undefined {
  if (error === undefined) return undefined;
  if (error === 'missing_scope') return 'missing-scope';
  if (error.endsWith('_trigger_id')) return 'bad-trigger';
  return REFUSED_ARGUMENTS.includes(error) ? 'refused-arguments' : undefined;
}

/** Whom a call is about, by every id it goes by. */
function aboutWhom(given: Arguments, { people, conversations }: World): readonly string[] {
  const ids = ['channel', 'user_id', 'users', 'user'].flatMap((name) => text(given, name) ?? []);
  const more = ids.flatMap((id) => {
    const conversation = conversations.get(id) ?? conversations.named(id) ?? (people.get(id) && conversations.im(id));
    return conversation ? [conversation.id, conversation.user ?? conversation.id] : [];
  });
  return [...new Set([...ids, ...more])];
}

/** Which channel a message counts for, so that a person's id and that of their direct messages are one. */
function channelKey(tier: Tier, given: Arguments, { conversations }: World): string | undefined {
  const name = text(given, 'channel');
  if (tier !== 'post' || name === undefined) return undefined;
  const found = conversations.get(name) ?? conversations.named(name);
  return found?.user ?? found?.id ?? name;
}

/** https://docs.slack.dev/apis/web-api#responses */
function withWarnings(body: Answer | undefined, warnings: readonly string[]): Answer | undefined {
  if (!body) return body;
  const metadata = typeof body.response_metadata === 'object' ? body.response_metadata : {};
  return { ...body, warning: warnings.join(','), response_metadata: { ...metadata, warnings } };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Answer | undefined;
}

export interface WebApi {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** See `SlackFaults`. */
  delay(ms: number, method?: string): void;
  close(): void;
}

/** The Web API over HTTP. https://docs.slack.dev/apis/web-api */
export function createWebApi(world: World, limits: Limits, orders: Orders): WebApi {
  const { settings, journal, tokens } = world;
  /** What lets a call go on that waits, and its timer. */
  const waiting = new Map<() => void, NodeJS.Timeout | undefined>();
  let delayed: { readonly ms: number; readonly method: string | undefined } | undefined;

  const tooMany = (method: string, channel: string | undefined, seconds: number): Reply => {
    limits.refused(method, channel, seconds);
    return { status: 429, headers: { 'retry-after': String(seconds) }, body: no('ratelimited') };
  };

  /** Why the token does not do, if it does not. */
  const refuseToken = (method: Method, which: SlackCall['token'], given: Arguments): Answer | undefined => {
    if (which === 'none') return no('not_authed');
    if (which === 'unknown') return no('invalid_auth');
    const refused = tokens.refused(which);
    if (refused) return no(refused);
    if (method.token !== 'any' && which !== (method.token ?? 'bot')) return no('not_allowed_token_type');
    const needed = method.scopes?.(given, world) ?? [];
    const provided = tokens.scopes(which);
    if (needed.length === 0 || needed.some((scope) => provided.includes(scope))) return undefined;
    return no('missing_scope', { needed: needed.join(','), provided: provided.join(',') });
  };

  /** What is answered, unless a fault comes in between. */
  const answer = (call: Mutable<SlackCall>, wrong: Wrong | undefined): Reply => {
    const { method: name, arguments: given } = call;
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (!method) return { status: 200, body: no('unknown_method', { req_method: name }) };
    const refused = refuseToken(method, call.token, given);
    if (refused) return { status: 200, body: refused };
    const channel = channelKey(method.tier, given, world);
    if (limits.tooEarly(name, channel)) {
      journal.violate(
        'ignored-retry-after',
        `${name}${channel ? ` to ${channel}` : ''} was called before Retry-After was over.`,
      );
    }
    if (wrong?.kind === 'limit') return tooMany(name, channel, wrong.seconds);
    if (wrong && !wrong.done) return { status: 200, body: wrong.kind === 'error' ? no(wrong.error) : undefined };
    const seconds = limits.take(name, method.tier, channel);
    if (seconds !== undefined) return tooMany(name, channel, seconds);
    const done = method.run(given, world);
    return { status: 200, body: wrong?.kind === 'error' ? no(wrong.error) : done };
  };

  const scopeHeaders = (call: SlackCall): Record<string, string> => {
    if (call.token !== 'bot' && call.token !== 'app') return {};
    const accepted = METHODS[call.method]?.scopes?.(call.arguments, world) ?? [];
    return {
      'x-oauth-scopes': tokens.scopes(call.token).join(','),
      ...(accepted.length > 0 && { 'x-accepted-oauth-scopes': accepted.join(',') }),
    };
  };

  /** Answers as a broken network, proxy or Slack would. */
  const answerWrongly = (how: SlackBadAnswer, body: string, response: ServerResponse) => {
    switch (how) {
      case 'silence':
        return;
      case 'reset':
        return response.destroy();
      case 'redirect':
        return response.writeHead(302, { location: 'https://login.example.test/' }).end();
      case 'html':
        return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>');
      case 'wrong-type':
        return response.writeHead(200, { 'content-type': 'application/json' }).end('"ok"');
      case 'cut-off':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
        return response.write(body.slice(0, body.length / 2), () => response.destroy());
      default:
        return response.writeHead(how, { 'content-type': 'text/html' }).end('<!doctype html><title>Error</title>');
    }
  };

  const respond = (call: Mutable<SlackCall>, reply: Reply, wrong: Wrong | undefined, response: ServerResponse) => {
    const body = JSON.stringify(reply.body ?? { ok: true });
    const rule = ruleOf(reply.body?.error);
    const ordered = wrong?.kind === 'error' && wrong.error === reply.body?.error;
    if (rule && !ordered) journal.violate(rule, `${call.method} got ${body.slice(0, 500)}`);
    if (wrong?.kind === 'answer' && reply.status === 200) {
      call.status = typeof wrong.how === 'number' ? wrong.how : wrong.how === 'redirect' ? 302 : 0;
      answerWrongly(wrong.how, body, response);
    } else {
      call.status = reply.status;
      call.ok = reply.body?.ok ?? false;
      if (reply.body?.error !== undefined) call.error = reply.body.error;
      response
        .writeHead(reply.status, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          ...scopeHeaders(call),
          ...reply.headers,
        })
        .end(body);
    }
    journal.changed();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const name = /^\/api\/([\w.]+)(?:\?|$)/u.exec(request.url ?? '')?.[1];
    const body = await readBody(request);
    if (name === undefined || body === undefined) return response.writeHead(name ? 413 : 404).end();
    const parsed = parseCall(request, body);
    const call: Mutable<SlackCall> = {
      at: settings.now(),
      method: name,
      arguments: 'error' in parsed ? {} : parsed.arguments,
      token: 'error' in parsed ? 'none' : tokens.which(parsed.token),
      status: 0,
      ok: false,
    };
    journal.calls.push(call);
    const act = () => {
      const wrong = orders.take(name, aboutWhom(call.arguments, world));
      const reply = 'error' in parsed ? { status: 200, body: no(parsed.error) } : answer(call, wrong);
      const warnings = 'error' in parsed ? [] : parsed.warnings;
      respond(
        call,
        warnings.length > 0 ? { ...reply, body: withWarnings(reply.body, warnings) } : reply,
        wrong,
        response,
      );
    };
    if (!delayed || (delayed.method ?? name) !== name) return act();
    const goOn = () => {
      clearTimeout(waiting.get(goOn));
      waiting.delete(goOn);
      act();
    };
    waiting.set(goOn, Number.isFinite(delayed.ms) ? setTimeout(goOn, delayed.ms) : undefined);
  };

  return {
    handle(request, response) {
      // A client that goes away in the middle of a call is its own affair.
      serve(request, response).catch(() => response.destroy());
    },
    delay(ms, method) {
      delayed = ms === 0 ? undefined : { ms, method };
      if (!delayed) for (const goOn of [...waiting.keys()]) goOn();
    },
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}
