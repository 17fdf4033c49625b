import type { Observation, Observe } from '@securitybot/core';

/** One observer of several, each of which is told whatever becomes of the others. */
export function observeAll(...observers: readonly Observe[]): Observe {
  const tell = (observe: Observe, observation: Observation): void => {
    // Whoever watches must not stop what is watched, nor who else watches.
    try {
      observe(observation);
    } catch {}
  };
  return (observation) => {
    for (const observe of observers) tell(observe, observation);
  };
}
