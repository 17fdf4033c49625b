import { PluginError } from '@securitybot/core';
import type { ChatHarness } from '../suites/chat/harness.js';
import type { Broken } from './broken.js';
import { brokenChat } from './chat-harness.js';

/** Mistakes with looking people up. */
export const brokenLookup: readonly Broken<ChatHarness>[] = [
  {
    mistake: 'looks up by e-mail only',
    caughtBy: 'findUser finds the same person by id, username and e-mail',
    create: () =>
      brokenChat((inner) => ({
        findUser: async (by) => ('username' in by ? { none: 'unknown' } : inner.findUser(by)),
      })),
  },
  {
    mistake: 'throws where nobody is found',
    caughtBy: 'somebody unknown is a value',
    create: () =>
      brokenChat((inner) => ({
        async findUser(by) {
          const found = await inner.findUser(by);
          if ('none' in found && found.none === 'unknown') throw new PluginError('REJECTED', 'chat: users_not_found');
          return found;
        },
      })),
  },
  {
    mistake: 'looks up by the beginning of a name',
    caughtBy: 'an empty name, a pattern or a piece of a name finds nobody',
    create: () =>
      brokenChat((inner) => ({
        findUser: (by) => inner.findUser('username' in by && 'ann'.startsWith(by.username) ? { username: 'ann' } : by),
      })),
  },
  {
    mistake: 'takes the first of several',
    caughtBy: 'a query that fits more than one person is ambiguous, and gives none of them',
    create: () =>
      brokenChat((inner) => ({
        async findUser(by) {
          const found = await inner.findUser(by);
          return 'none' in found && found.none === 'ambiguous' ? inner.findUser({ id: 'U-TWIN-1' }) : found;
        },
      })),
  },
  {
    mistake: 'asks guests and the deactivated',
    caughtBy: 'somebody who must not be asked is ineligible',
    create: () =>
      brokenChat((inner) => ({
        async findUser(by) {
          const found = await inner.findUser(by);
          const guest = { id: 'U-GUEST', username: 'guest', name: 'Guest' };
          return 'none' in found && found.none === 'ineligible' ? { user: guest } : found;
        },
      })),
  },
  {
    mistake: 'takes a name for an id',
    caughtBy: 'the id of a person outlives what they are called',
    create: () =>
      brokenChat((inner) => ({
        async findUser(by) {
          const found = await inner.findUser(by);
          return 'user' in found ? { user: { ...found.user, id: `U-${found.user.username.toUpperCase()}` } } : found;
        },
      })),
  },
  {
    mistake: 'says "unknown" when the provider is down',
    caughtBy: 'a look-up that could not be answered is a PluginError, and never "unknown"',
    create: () =>
      brokenChat((inner) => ({ findUser: (by) => inner.findUser(by).catch(() => ({ none: 'unknown' as const })) })),
  },
];
