import type { ChallengeResult } from '@securitybot/core';
import { member } from './answer.js';
import type { Settings } from './options.js';
import { asError, quote } from './trouble.js';

/**
 * Reads how a push stands. Only the result `allow` with the status `allow` is an approval: any other status of it was given
 * without a factor. Throws a PluginError, `UNAVAILABLE`, for what nobody understands. https://duo.com/docs/authapi#/auth_status
 */
export function readStatus(response: unknown, { host }: Settings): ChallengeResult {
  const result = member(response, 'result');
  const status = member(response, 'status');
  if (result === 'waiting') return 'pending';
  const isKnown = (result === 'allow' || result === 'deny') && typeof status === 'string';
  if (!isKnown) {
    throw asError({
      code: 'UNAVAILABLE',
      text: `${host} says of a push that its result is ${quote(result)}, its status ${quote(status)}, which this plugin does not understand`,
      advice: 'it counts as no approval; look for a newer version of @securitybot/auth-duo',
    });
  }
  if (result === 'allow') return status === 'allow' ? 'approved' : 'bypassed';
  switch (status) {
    case 'fraud':
      return 'fraud';
    case 'timeout':
      return 'expired';
    case 'locked_out':
      return 'locked-out';
    default:
      return 'denied'; // a refusal, whatever its reason
  }
}
