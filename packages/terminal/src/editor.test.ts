import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Child, script, start } from './fixtures/child.js';
import { screen } from './fixtures/screen.js';

const COLUMNS = 40;
const ROWS = 30;
/** `script` of util-linux runs a command on a pseudo terminal; other systems have another one. */
const hasScript = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;
if (!hasScript) console.warn('skipped: a terminal with a person in front of it (needs `script` of util-linux)');

/** The app on a pseudo terminal, its prompt shown. */
async function openTerminal() {
  const quoted = [process.execPath, ...script('./echo.ts')].map((word) => `'${word}'`).join(' ');
  const child = start('script', [
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty cols ${COLUMNS} rows ${ROWS}; exec ${quoted}`,
    '/dev/null',
  ]);
  await child.prints('> ');
  const [, pid = ''] = /this is process (\d+)/.exec(child.printed()) ?? [];
  return {
    ...child,
    type: (keys: string) => child.process.stdin.write(keys),
    speakUnasked: () => process.kill(Number(pid), 'SIGUSR2'),
    lines: () => screen(child.printed(), COLUMNS, ROWS),
  };
}

async function leave(child: Child): Promise<void> {
  child.process.stdin.write('\u0004'); // Ctrl-D
  expect(await child.ended).toBe(0);
}

describe.runIf(hasScript)('a terminal with a person in front of it', () => {
  it('shows a prompt, delivers what is typed, and ends at Ctrl-D', async () => {
    const terminal = await openTerminal();
    terminal.type('hi\r');
    await terminal.prints('heard 2: hi');
    terminal.type('yes\r');
    await terminal.prints('heard 3: yes');
    await leave(terminal);
    const [first, ...others] = await terminal.lines();
    expect(first).toMatch(/^securitybot: this is process/);
    expect(others).toEqual([
      '> hi',
      'securitybot: heard 2: hi',
      '> yes',
      'securitybot: heard 3: yes',
      '>',
      'securitybot: bye',
    ]);
  });

  it('shows a message above what is being typed, which stays', async () => {
    const terminal = await openTerminal();
    terminal.type('hel');
    await terminal.prints('hel');
    terminal.speakUnasked();
    await terminal.prints(/\(of nothing\)[\s\S]*> hel/);
    expect((await terminal.lines()).slice(1)).toEqual(['securitybot: by the way', '  (of nothing)', '> hel']);
    terminal.type('lo\r');
    await terminal.prints('heard 5: hello');
    await leave(terminal);
    expect((await terminal.lines()).slice(1, 5)).toEqual([
      'securitybot: by the way',
      '  (of nothing)',
      '> hello',
      'securitybot: heard 5: hello',
    ]);
  });

  it('does so also when what is being typed fills several rows', async () => {
    const terminal = await openTerminal();
    const typed = `${'a'.repeat(COLUMNS)}${'b'.repeat(COLUMNS)}end`;
    terminal.type(typed);
    await terminal.prints('end');
    terminal.speakUnasked();
    await terminal.prints(/\(of nothing\)[\s\S]*end/);
    const rows = [`> ${'a'.repeat(COLUMNS - 2)}`, `aa${'b'.repeat(COLUMNS - 2)}`, 'bbend'];
    expect((await terminal.lines()).slice(1)).toEqual(['securitybot: by the way', '  (of nothing)', ...rows]);
    terminal.type('\r');
    await terminal.prints('heard 83');
    await leave(terminal);
  });

  it('tells when a line was typed, however long it waits for its turn', async () => {
    const terminal = await openTerminal();
    terminal.type('wait\ryes\r');
    await terminal.prints(/yes\r+\n/);
    terminal.speakUnasked();
    await terminal.prints('heard 3: yes, typed before I spoke');
    terminal.type('no\r');
    await terminal.prints(/heard 2: no\r/);
    await leave(terminal);
  });

  it('leaves Ctrl-C to the app', async () => {
    const terminal = await openTerminal();
    terminal.type('half a line\u0003');
    expect(await terminal.ended).toBe(0);
    expect((await terminal.lines()).slice(-3)).toEqual([
      'securitybot: stopping at SIGINT',
      '> half a line',
      'securitybot: bye',
    ]);
  });

  it('survives 100,000 letters in a line', async () => {
    const terminal = await openTerminal();
    terminal.type(`${'a'.repeat(100_000)}\r`);
    await terminal.prints('heard 100000');
    await leave(terminal);
  });
});
