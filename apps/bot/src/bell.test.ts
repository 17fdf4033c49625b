import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hangBell, ringBells } from './bell.js';

/** Places of this test alone: two files. */
function files(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return [join(folder, '0.bell'), join(folder, '1.bell')];
}

/** Two names without files, as Linux has them. */
const names = (): readonly string[] => {
  const mine = `\0securitybot-test-${process.pid}-${Math.random()}`;
  return [`${mine}-0`, `${mine}-1`];
};

describe.each([['files', files], ...(process.platform === 'linux' ? [['names', names] as const] : [])] as const)(
  'bells at %s',
  (_, placesOf) => {
    test('everybody whose bell hangs is rung for', async () => {
      const places = placesOf();
      const rung = new Set<string>();
      const down = [await hangBell(() => rung.add('one'), places), await hangBell(() => rung.add('two'), places)];
      expect(await hangBell(() => rung.add('three'), places)).toBeUndefined(); // there is no place
      await ringBells(places);
      await expect.poll(() => [...rung].toSorted()).toEqual(['one', 'two']);
      for (const takeDown of down) takeDown?.();
      await ringBells(places); // nobody is there, and nothing happens
      expect(rung).toHaveLength(2);
    });

    test('what a ringer sends is not read, and it is told nothing', async () => {
      const places = placesOf();
      let rung = 0;
      const takeDown = await hangBell(() => (rung += 1), places);
      const socket = connect(places[0] ?? '');
      const said: Buffer[] = [];
      socket.on('data', (data) => said.push(data)).on('error', () => {});
      socket.write('x'.repeat(100_000));
      await new Promise((resolve) => socket.once('close', resolve));
      expect({ rung, said }).toEqual({ rung: 1, said: [] });
      takeDown?.();
    });
  },
);

test('the file of a bot that was killed does not keep the next one from its place', async () => {
  const [place = ''] = files();
  writeFileSync(place, ''); // nobody answers there, as after a kill
  let rung = 0;
  const takeDown = await hangBell(() => (rung += 1), [place]);
  await ringBells([place]);
  await expect.poll(() => rung).toBe(1);
  takeDown?.();
  await expect.poll(() => existsSync(place)).toBe(false);
});

test('a place that cannot be cleared keeps no bot from starting: it takes the next one', async () => {
  const [taken = '', free = ''] = files();
  mkdirSync(taken);
  let rung = 0;
  const takeDown = await hangBell(() => (rung += 1), [taken, free]);
  await ringBells([taken, free]);
  await expect.poll(() => rung).toBe(1);
  takeDown?.();
});
