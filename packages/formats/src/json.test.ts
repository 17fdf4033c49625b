import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE, UNPRINTABLE } from './fixtures/hostile.js';
import { jsonLine } from './json.js';

test('reads back as the same, on one line, and nothing in it is obeyed', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(HOSTILE, '\ud800', '\u2028', '\u{e0041}🦊'));
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, fc.constant(null), fc.boolean())), (value) => {
      const line = jsonLine(value);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(line).not.toMatch(UNPRINTABLE);
      expect(line).not.toMatch(/[\n\u2028\u2029]/);
    }),
  );
  expect(jsonLine({ a: '\u009b\u202e\u{e0041}' })).toBe('{"a":"\\u009b\\u202e\\udb40\\udc41"}');
});
