import { expect, test } from 'vitest';
import { openMemory } from './fixtures/memory.js';
import { openRoom } from './fixtures/room.js';
import { serve } from './fixtures/serve.js';

interface Patterned {
  readonly pattern: string;
  readonly example?: string;
}

/** Everything of the document that has a pattern. */
function patterned(part: unknown): Patterned[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'pattern' in part && typeof part.pattern === 'string' ? [part as Patterned] : [];
  return [...own, ...Object.values(part).flatMap(patterned)];
}

test('every pattern of the document is one, and accepts its example', async () => {
  const { nobody } = await serve(await openMemory(), { demo: openRoom().room });
  const found = patterned((await nobody('/api/openapi.json')).json());
  expect(found.length).toBeGreaterThan(3);
  for (const { pattern, example } of found) {
    // As JSON Schema has it: no slashes, no flags. https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
    expect(pattern).not.toMatch(/^\/|\/[a-z]*$/);
    expect(example, pattern).toMatch(new RegExp(pattern, 'u'));
  }
});

test('the id of a new alert may have upper case, as the server takes it', async () => {
  const { nobody } = await serve(await openMemory());
  const { components } = (await nobody('/api/openapi.json')).json<{
    components: { schemas: Record<string, { properties: Record<string, Patterned> }> };
  }>();
  const { pattern = '' } = components.schemas.NewAlert?.properties.id ?? {};
  expect('AB'.repeat(32)).toMatch(new RegExp(pattern, 'u'));
  expect('xy'.repeat(32)).not.toMatch(new RegExp(pattern, 'u'));
});
