import type { World } from '../world.js';

/** A call that was understood: its parameters are there, and of the right kind. */
interface Understood {
  readonly given: Readonly<Record<string, string>>;
  readonly world: World;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

type Data = Readonly<Record<string, unknown>>;

/** What Zulip does: gives members of its answer, throws a Refusal, or has nobody to answer any more (`undefined`). */
export type Endpoint = (call: Understood) => Data | Promise<Data | undefined>;

export const flag = (value: string | undefined, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value === 'true';

/** A list of texts, or nothing. */
export function texts(value: string | undefined): readonly string[] | undefined {
  const parsed: unknown = value === undefined ? undefined : JSON.parse(value);
  return Array.isArray(parsed) && parsed.every((each) => typeof each === 'string') ? parsed : undefined;
}
