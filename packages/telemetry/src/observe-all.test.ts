import type { Observation } from '@securitybot/core';
import { expect, test } from 'vitest';
import { observeAll } from './observe-all.js';

test('all are told, though one fails', () => {
  const seen: Observation[] = [];
  const see = (observation: Observation) => void seen.push(observation);
  const observe = observeAll(
    see,
    () => {
      throw new Error('no disk space');
    },
    see,
  );
  const observation: Observation = { type: 'conflict', person: 'U1' };
  observe(observation);
  expect(seen).toEqual([observation, observation]);
});
