import assert from 'node:assert/strict';

const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** Fails unless both are the same JSON. Prototypes do not count: rows of a database have odd ones. */
export function same(what: string, actual: unknown, expected: unknown): void {
  try {
    assert.deepEqual(asJson(actual), asJson(expected));
  } catch (error) {
    const difference = error instanceof Error ? error.message : String(error);
    throw new assert.AssertionError({ message: `${what}: ${difference}`, actual, expected, operator: 'deepEqual' });
  }
}
