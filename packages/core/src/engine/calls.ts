import { asPluginError, bounded, type EngineContext } from './context.js';
import type { ProviderCall, TurnKind } from './observe.js';

type Observed = Pick<EngineContext, 'clock' | 'observe'>;

/** Calls a provider, `bounded`, and tells of it. */
export async function reach<T>(
  context: Observed,
  call: ProviderCall & { readonly turn?: number | undefined },
  doing: string,
  ms: number,
  make: (signal: () => AbortSignal) => Promise<T>,
): Promise<T> {
  const began = context.clock.now();
  const { turn, ...what } = call;
  const tell = (failed?: { readonly code: string }) =>
    context.observe({
      type: 'call',
      ...what,
      ...(turn === undefined ? {} : { turn }),
      tookMs: context.clock.now() - began,
      ...(failed ? { code: failed.code } : {}),
    });
  try {
    const answer = await bounded(context, doing, ms, make);
    tell();
    return answer;
  } catch (error) {
    tell(asPluginError(error, doing));
    throw error;
  }
}

let turns = 0;

/** Runs a turn, and tells of it. `found`: how much there was to do in it. */
export async function inTurn<T>(
  context: Observed,
  kind: TurnKind,
  found: (result: T) => number,
  run: (turn: number) => Promise<T>,
): Promise<T> {
  turns += 1;
  const turn = turns;
  const began = context.clock.now();
  const tell = (end: { readonly found: number; readonly code?: string }) =>
    context.observe({ type: 'turn', turn, kind, tookMs: context.clock.now() - began, ...end });
  try {
    const result = await run(turn);
    tell({ found: found(result) });
    return result;
  } catch (error) {
    tell({ found: 0, code: asPluginError(error, kind).code });
    throw error;
  }
}
