import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !/(\.test|fixtures|walk)\.ts$/.test(path),
);

function importsOf(path: string): string[] {
  return [...readFileSync(join(here, path), 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(
    ([, name = '']) => name,
  );
}

/** The room of a file, and what it imports of other rooms. */
function roomsOf(path: string): string[] {
  const room = path.split('/')[0];
  return importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(here, join(here, path, '..', name)).split('/')[0] ?? '')
    .filter((other) => other !== room);
}

test('core imports nothing but what time zones need', () => {
  const outside = new Set(sources.flatMap(importsOf).filter((name) => !name.startsWith('.')));
  expect([...outside]).toEqual(['temporal-polyfill']);
});

test('rooms look one way: contracts at the bottom, the engine on top', () => {
  const allowed: Record<string, readonly string[]> = {
    // A Tasker stores conversations, whose effects name messages: types only.
    contracts: ['conversation'],
    messages: ['contracts'],
    policy: ['contracts'],
    conversation: ['contracts', 'messages', 'policy'],
    commands: ['contracts', 'conversation', 'messages'],
    engine: ['contracts', 'conversation', 'messages', 'policy', 'commands'],
  };
  const wrong = sources
    .filter((path) => path.includes('/'))
    .flatMap((path) =>
      roomsOf(path)
        .filter((room) => !allowed[path.split('/')[0] ?? '']?.includes(room))
        .map((room) => `${path} → ${room}`),
    );
  expect(wrong).toEqual([]);
});

test('the contracts import types only, and decisions ask no clock, network, environment or random source', () => {
  for (const path of sources.filter((name) => name.startsWith('contracts/'))) {
    for (const line of readFileSync(join(here, path), 'utf8').split('\n')) {
      if (line.startsWith('import')) expect(`${path}: ${line}`).toMatch(/import type /);
    }
  }
  for (const path of sources.filter((name) => /^(conversation|policy|messages|commands)\//.test(name))) {
    const text = readFileSync(join(here, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(
      `${path}: ${text.match(/Date\.now|new Date\(\)|Math\.random|process\.|fetch\(|crypto\.|setTimeout|performance\./)?.[0]}`,
    ).toBe(`${path}: undefined`);
  }
});

test('files are short enough to read at a sitting', () => {
  const long = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter(
      (path) => readFileSync(join(here, path), 'utf8').split('\n').length > (path.endsWith('.test.ts') ? 500 : 300),
    );
  expect(long).toEqual([]);
});
