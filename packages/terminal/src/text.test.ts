import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDesk } from './fixtures/desk.js';
import { createDemoAuth } from './phone.js';
import { paragraph } from './text.js';

const ANY_TEXT = fc.string({ unit: 'binary', maxLength: 300 });
/** What hostile texts are made of: whatever a terminal obeys, among ordinary letters. */
const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u009b31m',
        '\u0090q',
        '\r',
        '\n',
        '\t',
        '\b',
        '\0',
        '\u007f',
      ),
      fc.constantFrom(
        '\u202e',
        '\u2066',
        '\u200f',
        '\u061c',
        '\u2028',
        '\ufeff',
        '\u{e0041}',
        '\ud800',
        '\udc00',
        'ann:',
      ),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      ANY_TEXT,
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** By number, so that it shares nothing with the source: C0 but line feed, C1, bidirectional and other invisible controls, lone surrogates. */
function isForbidden(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  const between = (from: number, to: number) => code >= from && code <= to;
  return (
    (code < 0x20 && char !== '\n') ||
    between(0x7f, 0x9f) ||
    [0xad, 0x61c, 0x180e, 0xfeff].includes(code) ||
    between(0x200b, 0x200f) ||
    between(0x2028, 0x202e) ||
    between(0x2060, 0x206f) ||
    between(0xd800, 0xdfff) ||
    between(0xfff9, 0xfffb) ||
    between(0xe0000, 0xe007f)
  );
}

describe('what is shown', () => {
  it('has no control, bidirectional or invisible character, whoever wrote it and wherever it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, HOSTILE, HOSTILE, async (text, room, typed) => {
        const desk = createDesk({ user: `a${room}`, name: text });
        const phone = createDemoAuth(desk.terminal);
        const { id, username } = desk.terminal.person;
        await desk.chat.start(() => Promise.reject(new Error(text)));
        const nodes = (['text', 'strong', 'code', 'quote'] as const).map((type) => ({ type, text }));
        const message = { key: '1', nodes: [...nodes, { type: 'link' as const, url: text }] };
        const ended = desk.terminal.run({ idle: () => Promise.reject(new Error(text)) });
        await desk.chat.send({ user: id }, message);
        await desk.chat.send({ room }, message);
        await phone.challenge({ id: '1', subject: username, reason: text }, AbortSignal.timeout(60_000));
        desk.input.end(typed);
        await ended;
        expect([...desk.shown()].filter(isForbidden)).toEqual([]);
      }),
    );
  });

  it('begins with its speaker, and no text can pass for the line of somebody else', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const [first, ...others] = paragraph('securitybot:', text).split('\n');
        expect(first).toMatch(/^securitybot:/);
        expect(others.pop()).toBe('');
        for (const line of others) expect(line).toMatch(/^( {2}|$)/);
      }),
    );
    expect(paragraph('securitybot:', 'well\r\nann: yes\n\n#security: bob')).toBe(
      'securitybot: well\n  ann: yes\n\n  #security: bob\n',
    );
  });

  it('is not wrapped, however long its first line is', () => {
    expect(paragraph('#security:', `ann: ${'sudo '.repeat(200)}(denied)`).split('\n')).toHaveLength(2);
  });

  it('loses its middle when it is too long: what it is about and what is asked stay', () => {
    const shown = paragraph('securitybot:', `about\n${'x'.repeat(300_000)}\nDid you do this?`);
    expect(shown).toMatch(/^securitybot: about\n/);
    expect(shown).toMatch(/… \[296\d{3} characters left out\] …x+\n {2}Did you do this\?\n$/);
    expect(shown.length).toBeLessThan(4_000);
  });

  it('is cut between characters', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.nat({ max: 3 }), (before, after) => {
        const shown = paragraph('bot:', `${'a'.repeat(before)}${'😀'.repeat(4_000)}${'z'.repeat(after)}`);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });
});
