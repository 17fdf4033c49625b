import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeWithRegistry, installNode, run } from './npm.ts';
import { ROOT } from './tarballs.ts';

await describeWithRegistry('a Node.js that is too old', () => {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-old-node-'));
  afterAll(() => rmSync(folder, { recursive: true, maxRetries: 3 }));

  it('is told in one line which is needed, before anything of a package is read', async () => {
    const node = await installNode('20', folder);
    const ended = await run(node, [join(ROOT, 'apps/bot/dist/cli.js'), 'doctor'], { cwd: folder });
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^securitybot needs Node\.js \d+\.\d+ or newer; this is 20\.[^\n]*\n$/),
    });
  });
});
