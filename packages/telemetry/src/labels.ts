import {
  CAUSES,
  type EffectType,
  type Observation,
  type PluginErrorCode,
  type ProviderCall,
  type TurnKind,
  type Verdict,
} from '@securitybot/core';

/*
 * What labels can hold. All of them are closed sets: a label never holds a login, a title or anything else that somebody
 * can write. Each is there from the start with 0, so that the first one is an increase.
 */

/** The members of a union; the compiler sees to it that none is missing. */
const all = <T extends string>(members: Readonly<Record<T, true>>): readonly string[] => Object.keys(members);

export const EFFECTS = all<EffectType>({
  send: true,
  edit: true,
  home: true,
  readiness: true,
  challenge: true,
  check: true,
  report: true,
  notice: true,
  mute: true,
  unmute: true,
  'opt-out': true,
  'opt-in': true,
  raise: true,
});

export const CALLS: readonly ProviderCall[] = [
  { provider: 'chat', call: 'findUser' },
  { provider: 'chat', call: 'send' },
  { provider: 'chat', call: 'edit' },
  { provider: 'auth', call: 'readiness' },
  { provider: 'auth', call: 'challenge' },
  { provider: 'auth', call: 'check' },
];

export const TURNS = all<TurnKind>({ intake: true, claim: true, work: true, message: true });

const CODES = all<PluginErrorCode>({ BAD_CREDENTIALS: true, RATE_LIMITED: true, UNAVAILABLE: true, REJECTED: true });
const OTHER = 'other';

/** How something went: `ok`, or an error's code in lower case. */
export const OUTCOMES: readonly string[] = ['ok', ...CODES.map((code) => code.toLowerCase()), OTHER];

export function outcomeOf({ code }: { readonly code?: string }): string {
  if (code === undefined) return 'ok';
  const outcome = code.toLowerCase();
  return OUTCOMES.includes(outcome) ? outcome : OTHER;
}

/** The value where it is one of these; what a row that somebody edited says instead is `other`. */
export function known(values: readonly string[], value: string): string {
  return values.includes(value) ? value : OTHER;
}

export interface VerdictLabels {
  readonly verdict: Verdict['kind'];
  /** Why: of an escalation its cause, of a confirmation its proof; of a mute nothing. */
  readonly cause: string;
}

export const VERDICTS: readonly VerdictLabels[] = [
  { verdict: 'confirmed', cause: 'challenge' },
  { verdict: 'confirmed', cause: 'waived' },
  { verdict: 'muted', cause: '' },
  ...CAUSES.map((cause) => ({ verdict: 'escalated', cause }) as const),
];

export function verdictLabels({ verdict }: Observation & { readonly type: 'verdict' }): VerdictLabels {
  switch (verdict.kind) {
    case 'confirmed':
      return { verdict: verdict.kind, cause: known(['challenge', 'waived'], verdict.proof) };
    case 'escalated':
      return { verdict: verdict.kind, cause: known(CAUSES, verdict.cause) };
    case 'muted':
      return { verdict: verdict.kind, cause: '' };
    default:
      return verdict satisfies never;
  }
}
