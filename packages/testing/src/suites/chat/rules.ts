import { type Rule, registerRules, type SuiteOptions } from '../rule.js';
import { connectionRules } from './connection.js';
import type { ChatHarness } from './harness.js';
import { inboundRules } from './inbound.js';
import { lookupRules } from './lookup.js';
import { outboundRules } from './outbound.js';
import { pressingRules } from './pressing.js';

/** What every Chat is held to. */
export const chatRules: readonly Rule<ChatHarness>[] = [
  ...inboundRules,
  ...connectionRules,
  ...lookupRules,
  ...outboundRules,
  ...pressingRules,
];

/** Registers a vitest test for each rule of a Chat. */
export function testChat(options: SuiteOptions<ChatHarness>): void {
  registerRules('Chat', chatRules, options);
}
