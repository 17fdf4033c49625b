import { forEachEngine } from '@securitybot/sql/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem } from './contract/problem.js';
import { type Client, serve } from './fixtures/serve.js';

/** What of JSON Schema the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const text = (max = 300) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: Math.min(max, 300) }),
    fc.constantFrom(
      '',
      '0',
      '-6h',
      '2026-11-24T09:30:00Z',
      '9999-12-31',
      '0000-00-00',
      '-99999999d',
      "'",
      '%',
      '\u0000',
      '__proto__',
      '=1',
      '🦊',
    ),
  );

/** What the schema asks for, mostly; else anything. */
function anyOf(document: Document, schema: Schema): fc.Arbitrary<unknown> {
  const known = schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  return fc.oneof({ weight: 9, arbitrary: rightFor(document, known ?? {}) }, { weight: 1, arbitrary: fc.jsonValue() });
}

function rightFor(document: Document, schema: Schema): fc.Arbitrary<unknown> {
  const { enum: members, oneOf, items, properties, minimum = -5, maximum = 2_000_000, maxLength, example } = schema;
  if (members) return fc.constantFrom(...members);
  if (oneOf) return fc.oneof(...oneOf.map((each) => anyOf(document, each)));
  if (items) return fc.array(anyOf(document, items), { maxLength: 5 });
  if (properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, anyOf(document, each)]));
    return fc.record(fields, { requiredKeys: [] });
  }
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: Math.min(maximum, 3000) }), fc.constantFrom(minimum, maximum));
    default:
      return fc.oneof(text(maxLength), fc.constant(example ?? ''));
  }
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly responses: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly id: string;
  readonly body: unknown;
}

const spelt = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? '');

function requestOf(document: Document, path: string, method: string, operation: Operation): fc.Arbitrary<Asked> {
  const { parameters = [], requestBody, responses } = operation;
  const query = parameters.filter((each) => each.in === 'query');
  const pairs = query.map(({ name, schema }) =>
    anyOf(document, schema).map((value) => [value].flat().map((each) => [name, spelt(each)] as const)),
  );
  const chosen = fc
    .tuple(...pairs)
    .chain((all) => fc.subarray(all, { maxLength: Math.min(4, all.length) }))
    .map((all) => all.flat());
  const strange = fc.array(fc.tuple(text(20), text(20)), { maxLength: 1 });
  const schema = requestBody?.content['application/json']?.schema;
  return fc.record({
    method: fc.constant(method.toUpperCase()),
    path: fc.constant(path),
    responses: fc.constant(Object.keys(responses)),
    query: fc
      .tuple(chosen, fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: strange }))
      .map(([a, b]) => [...a, ...b]),
    id: fc.oneof(fc.constant('ab'.repeat(32)), text(70)),
    body: schema ? anyOf(document, schema) : fc.constant(undefined),
  });
}

async function ask(client: Client, { method, path, query, id, body }: Asked) {
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [spelt(name), value])).toString();
  const at = path.replace('{id}', encodeURIComponent(spelt(id)) || '-');
  return client(`${at}?${search}`, { method, ...(body !== undefined && { body: JSON.stringify(body) ?? 'null' }) });
}

/** Answers that any request may get, whatever its route. */
const ALWAYS = ['404', '405'];

await forEachEngine(({ open }) => {
  test('whatever is asked, by its own document or not: an answer that the document knows, and never a failure', {
    timeout: 120_000,
  }, async () => {
    const { as, nobody } = await serve(await open());
    const client = await as('admin');
    const document = (await nobody('/api/openapi.json')).json<Document>();
    const requests = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        // Answered without an end.
        .filter(() => path !== '/api/events')
        .map(([method, operation]) => requestOf(document, path, method, operation)),
    );
    expect(requests.length).toBeGreaterThan(10);
    let right = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(...requests), async (asked) => {
        const answer = await ask(client, asked);
        expect(answer.status, answer.text).toBeLessThan(500);
        expect([...asked.responses, ...ALWAYS]).toContain(String(answer.status));
        if (answer.status < 400) right += 1;
        else {
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect(answer.json<Problem>()).toMatchObject({ status: answer.status, type: expect.stringMatching(/^urn:/) });
        }
      }),
      { numRuns: 400 },
    );
    expect(right).toBeGreaterThan(40); // not only refusals
  });
});
