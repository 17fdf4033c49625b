import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { script, start } from './fixtures/child.js';

it('the example of the README runs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const [flag = '', hooks = ''] = script('./echo.ts');
  const child = start(process.execPath, [flag, hooks, '--input-type=module-typescript', '--eval', example]);
  child.process.stdin.end('hi\n');
  expect(await child.ended).toBe(0);
  expect(child.printed()).toBe('ann: hi\nsecuritybot: You said: hi\n');
});
