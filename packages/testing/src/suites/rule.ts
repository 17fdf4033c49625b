import { afterAll, describe, test } from 'vitest';
import { soon } from './wait.js';

/** A rule that takes longer hangs, in ms. */
const HANGS_MS = 20_000;
/** The same for vitest, on a machine that is busy: well above the patience, so that a rule can say what it waited for. */
const TEST_MS = 60_000;

/** One sentence of a contract, and how a plugin is held to it. */
export interface Rule<Harness> {
  /** What a plugin must do; the title of the test. */
  readonly rule: string;
  /** Why the rule cannot be applied here: what the plugin declares not to support, or the harness cannot play. */
  readonly skip?: (harness: Harness) => string | undefined;
  /** Fails by throwing. */
  readonly run: (harness: Harness) => Promise<void>;
}

/** What every harness may have. */
export interface AnyHarness {
  /** How long to wait for what must happen, in ms; 5,000 by default. */
  readonly patienceMs?: number;
  /** Called after each rule. */
  close?(): Promise<void>;
}

export interface Outcome {
  readonly rule: string;
  readonly result: 'held' | 'broken' | 'skipped';
  /** Why it was skipped, or how it was broken. */
  readonly detail?: string;
}

export type CreateHarness<Harness> = () => Harness | Promise<Harness>;

export interface SuiteOptions<Harness> {
  /** The plugin's name; stands in the title. */
  readonly name: string;
  /** Makes a fresh plugin with nothing in it, and its other side: called for every rule. */
  readonly create: CreateHarness<Harness>;
}

async function apply<Harness extends AnyHarness>(
  rule: Rule<Harness>,
  create: CreateHarness<Harness>,
): Promise<string | undefined> {
  const harness = await create();
  try {
    const reason = rule.skip?.(harness);
    if (reason === undefined) await rule.run(harness);
    return reason;
  } finally {
    await harness.close?.();
  }
}

/** Registers the rules with vitest, a test for each; what is skipped is printed with its reason. */
export function registerRules<Harness extends AnyHarness>(
  contract: string,
  rules: readonly Rule<Harness>[],
  { name, create }: SuiteOptions<Harness>,
): void {
  describe(`${contract}: ${name}`, () => {
    const skipped: string[] = [];
    for (const rule of rules) {
      test(rule.rule, { timeout: TEST_MS }, async (context) => {
        const reason = await apply(rule, create);
        if (reason === undefined) return;
        skipped.push(`  ${rule.rule}\n    (${reason})`);
        context.skip(reason);
      });
    }
    afterAll(() => {
      if (skipped.length > 0) console.info(`${contract}: ${name}, rules not applied:\n${skipped.join('\n')}`);
    });
  });
}

/** Holds a plugin to the rules without a test runner, and tells how it did. */
export async function judge<Harness extends AnyHarness>(
  rules: readonly Rule<Harness>[],
  create: CreateHarness<Harness>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    try {
      const reason = await soon({ patienceMs: HANGS_MS }, 'the rule to be through', apply(rule, create));
      outcomes.push({
        rule: rule.rule,
        ...(reason === undefined ? { result: 'held' } : { result: 'skipped', detail: reason }),
      });
    } catch (error) {
      outcomes.push({
        rule: rule.rule,
        result: 'broken',
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return outcomes;
}

/** Nothing to hold a plugin to. */
const isMissing = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);

/** Skips where the harness lacks one of its optional members, or has none of what they list. */
export function needs<Harness extends object>(...members: readonly (keyof Harness & string)[]) {
  return (harness: Harness): string | undefined => {
    const missing = members.filter((member) => isMissing(harness[member]));
    return missing.length === 0 ? undefined : `the harness has no ${missing.join(', ')}`;
  };
}
