import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type FileEntry, type FileFormat, readAlertFile } from './alert-file.js';

async function read(format: FileFormat, ...chunks: (string | Buffer)[]): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for await (const entry of readAlertFile(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), format)) {
    entries.push(entry);
  }
  return entries;
}
const wrong = (line: number, text: RegExp) => ({ line, wrong: expect.stringMatching(text) });

describe('JSON lines', () => {
  test('each line for itself, blank ones passed over', async () => {
    const text = [
      '{"username":"ann","title":"sudo","severity":"high","url":null}',
      '',
      '{"username":"bob","title":"su","reason":"line 1\\nline 2","id":""}',
      'nonsense',
      '["ann","sudo"]',
      'null',
      '{"user":"ann","title":"sudo"}',
      '{"username":5,"title":"sudo"}',
      '{"title":"sudo"}',
      '{"__proto__":{"title":"x"},"username":"ann"}',
      '{"username":"ann","title":"last"}',
    ].join('\n');
    expect(await read('jsonl', text)).toEqual([
      { line: 1, fields: { username: 'ann', title: 'sudo', severity: 'high' } },
      { line: 3, fields: { username: 'bob', title: 'su', reason: 'line 1\nline 2' } },
      wrong(4, /^this is no JSON: /),
      wrong(5, /^write one JSON object a line/),
      wrong(6, /^write one JSON object a line/),
      wrong(7, /^"user" is no field; there are username, title, /),
      wrong(8, /^username is number; write a string$/),
      { line: 9, fields: { username: '', title: 'sudo' } },
      wrong(10, /^"__proto__" is no field/),
      { line: 11, fields: { username: 'ann', title: 'last' } },
    ]);
  });

  test('a line of any length is survived', async () => {
    const long = `{"username":"ann","title":"${'x'.repeat(1_100_000)}"}`;
    expect(await read('jsonl', `${long}\n{"username":"ann","title":"sudo"}`)).toEqual([
      wrong(1, /^it is longer than 1000000 characters$/),
      { line: 2, fields: { username: 'ann', title: 'sudo' } },
    ]);
  });
});

describe('CSV', () => {
  test('by RFC 4180: quotes, commas, line ends of any kind, a byte order mark', async () => {
    const text =
      '\ufeffTitle, username ,reason\r\nsudo,ann,"a, ""b""\r\nc"\n\nsu,bob,\rsu,carl,x"y"\r\n"New, browser","dora",\n';
    expect(await read('csv', text)).toEqual([
      { line: 2, fields: { username: 'ann', title: 'sudo', reason: 'a, "b"\r\nc' } },
      { line: 5, fields: { username: 'bob', title: 'su' } },
      { line: 6, fields: { username: 'carl', title: 'su', reason: 'x"y"' } },
      { line: 7, fields: { username: 'dora', title: 'New, browser' } },
    ]);
  });

  test('a record with too many fields or too few is wrong, and those after it are read: none is shifted', async () => {
    const text = 'username,title,reason\nann,sudo,a,b\n,su,\nbob,su\ncarl\n\ndora,su,"a,b"\nann,su,';
    expect(await read('csv', text)).toEqual([
      wrong(2, /^it has 4 fields instead of 3 \(username, title, reason\); put a text with commas into double quotes$/),
      { line: 3, fields: { username: '', title: 'su' } },
      wrong(
        4,
        /^it has 2 fields instead of 3 \(username, title, reason\); write the comma of a field that is empty, too$/,
      ),
      wrong(5, /^it has 1 field instead of 3 /),
      { line: 7, fields: { username: 'dora', title: 'su', reason: 'a,b' } },
      { line: 8, fields: { username: 'ann', title: 'su' } },
    ]);
  });

  test.each([
    ['username,title,serverity\nann,su,low', /^"serverity" is no field; there are username/],
    ['username\nann', /^the header has no title; the first line names the columns$/],
    ['ann,sudo\nbob,sudo', /^"ann", "sudo" is no field/],
    ['username,title,title\nann,su,su', /^the header names a column twice$/],
  ])('the header %j cannot be used', async (text, message) => {
    expect(await read('csv', text)).toEqual([wrong(1, message)]);
  });

  test('a quote that is never closed fills no memory, and hides nothing that came before', async () => {
    const before = Array.from({ length: 100 }, (_, n) => `ann,sudo ${n}\n`).join('');
    const entries = await read(
      'csv',
      `username,title\n${before}ann,"su`,
      ...Array.from({ length: 30 }, () => 'x'.repeat(60_000)),
    );
    expect(entries).toHaveLength(101);
    expect(entries[99]).toEqual({ line: 101, fields: { username: 'ann', title: 'sudo 99' } });
    expect(entries[100]).toEqual(wrong(102, /longer than 1000000 characters; is a double quote .* never closed/));
    expect(await read('csv', 'username,title\nann,sudo\nann,"su\nbob,su\n')).toEqual([
      { line: 2, fields: { username: 'ann', title: 'sudo' } },
      wrong(3, /^a double quote is opened and never closed$/),
    ]);
  });

  test('an empty file has no alert', async () => {
    expect(await read('csv', '')).toEqual([]);
    expect(await read('jsonl', '')).toEqual([]);
  });
});

const LONG = 'x'.repeat(1000);

describe.each([
  ['jsonl', () => `{"username":"ann","title":"${LONG}"}\n`],
  ['csv', (n: number) => `${n === 0 ? 'username,title\n' : ''}ann,${LONG}\n`],
] as const)('%s', (format, lineOf) => {
  test('is read as it is asked for, so that a file of any length fits', async () => {
    let made = 0;
    const endless = Readable.from(
      (function* () {
        for (; ; made++) yield Buffer.from(lineOf(made));
      })(),
    );
    let taken = 0;
    for await (const entry of readAlertFile(endless, format)) {
      expect(entry).toHaveProperty('fields');
      if (++taken === 1000) break;
    }
    expect(made).toBeLessThan(1200);
    expect(endless.destroyed).toBe(true);
  });

  test('a file that cannot be read is told', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('input/output error'));
      },
    });
    await expect(async () => {
      for await (const _ of readAlertFile(broken, format)) expect.unreachable();
    }).rejects.toThrow('input/output error');
  });
});
