import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type Clock, type Observation, type Observe, systemClock } from '@securitybot/core';

export interface TracingOptions {
  /** Default: that of the SDK which the process has registered with OpenTelemetry; without one, nothing is traced. */
  readonly tracer?: Tracer;
  /** For tests. */
  readonly clock?: Pick<Clock, 'now'>;
}

type Call = Observation & { readonly type: 'call' };
type Turn = Observation & { readonly type: 'turn' };

/** Calls kept for a turn: an intake may look up thousands of people. */
const MOST = 200;

/**
 * Traces, for the option `observe` of `createSecuritybot`: a span for each turn that had something to do, and in it one for each
 * call of a provider. The attributes are closed sets and numbers: no login, no text.
 */
export function createTracing(options: TracingOptions = {}): Observe {
  const { tracer = trace.getTracer('securitybot'), clock = systemClock } = options;
  /** Calls of turns that are not over: their span can only be made before those within it. */
  const waiting = new Map<number, { count: number; readonly kept: { readonly call: Call; readonly at: number }[] }>();

  /** A span of what has ended. */
  function begin(
    name: string,
    kind: SpanKind,
    { tookMs, code }: Call | Turn,
    at: number,
    within: Context,
    attributes: Attributes,
  ): Span {
    const failure = code === undefined ? {} : { 'error.type': code };
    const span = tracer.startSpan(
      name,
      { kind, startTime: new Date(at - tookMs), attributes: { ...attributes, ...failure } },
      within,
    );
    if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    return span;
  }

  function traceCall(call: Call, at: number, within: Context): void {
    const attributes = { 'securitybot.provider': call.provider, 'securitybot.call': call.call };
    begin(`${call.provider} ${call.call}`, SpanKind.CLIENT, call, at, within, attributes).end(new Date(at));
  }

  function traceTurn(turn: Turn, at: number): void {
    const { count = 0, kept = [] } = waiting.get(turn.turn) ?? {};
    waiting.delete(turn.turn);
    if (turn.found === 0 && count === 0 && turn.code === undefined) return;
    const attributes = { 'securitybot.found': turn.found, 'securitybot.calls': count };
    const span = begin(`securitybot ${turn.kind}`, SpanKind.INTERNAL, turn, at, ROOT_CONTEXT, attributes);
    const within = trace.setSpan(ROOT_CONTEXT, span);
    for (const each of kept) traceCall(each.call, each.at, within);
    span.end(new Date(at));
  }

  return (observation) => {
    if (observation.type === 'turn') traceTurn(observation, clock.now());
    if (observation.type !== 'call') return;
    const { turn } = observation;
    if (turn === undefined) return traceCall(observation, clock.now(), ROOT_CONTEXT);
    const calls = waiting.get(turn) ?? { count: 0, kept: [] };
    calls.count += 1;
    if (calls.kept.length < MOST) calls.kept.push({ call: observation, at: clock.now() });
    waiting.set(turn, calls);
  };
}
