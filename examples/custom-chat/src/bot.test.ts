import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createHouse } from './house.ts';

const bot = fileURLToPath(new URL('./bot.ts', import.meta.url));
const patience = { timeout: 20_000, interval: 20 };

it('asks in the house, and takes what is not proven to the security team', async () => {
  const house = createHouse(['security']);
  house.add({ id: '1', login: 'ann', firstName: 'Ann', email: 'ann@example.com', active: true });
  const { url, close } = await house.open();
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-custom-chat-'));
  const child = spawn(process.execPath, [bot], { cwd: folder, env: { PATH: process.env.PATH, HOUSE_URL: url } });
  onTestFinished(() => {
    child.kill('SIGKILL');
    close();
    rmSync(folder, { recursive: true });
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  const reads = (to: string, text: string) =>
    vi.waitFor(
      () => expect(house.read(to).map((message) => message.text)).toContainEqual(expect.stringContaining(text)),
      patience,
    );

  house.say('1', 'test');
  await reads('1', 'Did you do this?');
  house.say('1', 'yes, I was testing');
  await reads('1', 'send a push');
  house.say('1', 'yes');
  await vi.waitFor(() => expect(printed).toContain('[phone, demo] push for ann'), patience);
  child.stdin.end('deny\n');
  await reads('security', 'ann: Test alert (push-denied)');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(house.unacknowledged()).toBe(0);
});
