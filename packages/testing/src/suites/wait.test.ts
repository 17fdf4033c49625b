import { expect, test } from 'vitest';
import { createGate, soon, until } from './wait.js';

test('until waits for the condition, and fails by saying what it waited for', async () => {
  let asked = 0;
  await until({}, 'three askings', () => ++asked === 3);
  expect(asked).toBe(3);
  await expect(until({ patienceMs: 5 }, 'pigs to fly', () => false)).rejects.toThrow(
    'waited 5 ms in vain: pigs to fly',
  );
});

test('soon hands on what comes, and fails for what does not', async () => {
  const gate = createGate();
  await expect(soon({ patienceMs: 5 }, 'the gate', gate.opened)).rejects.toThrow('in vain: the gate');
  gate.open();
  await soon({}, 'the gate', gate.opened);
  await expect(soon({}, 'a failure', Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
