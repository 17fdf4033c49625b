import { createClock, createMemoryTasker, testTasker } from '@securitybot/testing';

testTasker({
  name: 'my tasker',
  // Called for every rule: a fresh store, and whatever else must be played.
  create() {
    const clock = createClock();
    const tasker = createMemoryTasker({ clock });
    return {
      tasker,
      other: () => createMemoryTasker({ store: tasker.store }), // another process on the same store
      advance: (ms) => clock.advance(ms),
      insertHalf: (alert) => tasker.store.insertHalf(alert),
      record: (id) => tasker.store.record(id),
    };
  },
});
