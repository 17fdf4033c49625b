import { describe, expect, it } from 'vitest';
import { script, start } from './fixtures/child.js';

const app = (...options: string[]) => start(process.execPath, [...options, ...script('./echo.ts')]);

describe('an app on pipes', () => {
  it('ends with 0 when its input ends', async () => {
    const child = app();
    child.process.stdin.end('hi\nlast words');
    expect(await child.ended).toBe(0);
    expect(child.printed().replace(/\d+\n/, 'N\n')).toBe(
      [
        'securitybot: this is process N',
        'ann: hi',
        'securitybot: heard 2: hi',
        'ann: last words',
        'securitybot: heard 10: last words',
        'securitybot: bye',
        '',
      ].join('\n'),
    );
  });

  it('ends by itself once it is stopped, though its input stays open', async () => {
    const child = app();
    child.process.stdin.write('hi\n');
    await child.prints('heard 2');
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(child.printed()).toMatch(/stopping at SIGTERM\nsecuritybot: bye\n$/);
  });

  it('ends with 0 when nobody reads its output any more', async () => {
    const child = app();
    await child.prints('this is process');
    child.process.stdout.destroy();
    child.process.stdin.write('hi\nthere\n');
    expect(await child.ended).toBe(0);
    expect(child.printed()).not.toMatch(/error/i);
  });

  it('takes a million empty lines and a line without an end in a small memory', async () => {
    const child = app('--max-old-space-size=40');
    const write = async (text: string, times: number) => {
      const chunk = Buffer.from(text.repeat(100_000));
      for (let sent = 0; sent < times; sent += 1) {
        if (!child.process.stdin.write(chunk)) {
          await new Promise<void>((resolve) => child.process.stdin.once('drain', resolve));
        }
      }
    };
    await write('\n', 10);
    await write('a', 600);
    child.process.stdin.end('\nstill there\n');
    expect(await child.ended).toBe(0);
    expect(child.printed()).toContain('heard 1000000: aaaaaaaaaaaaaaaaaaaa\n');
    expect(child.printed()).toContain('heard 11: still there\n');
  });
});
