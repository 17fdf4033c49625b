import { brokenInbound } from './chat-in.js';
import { brokenLookup } from './chat-lookup.js';
import { brokenOutbound } from './chat-out.js';

export { chatHarness, plainChatHarness } from './chat-harness.js';

export const brokenChats = [...brokenInbound, ...brokenLookup, ...brokenOutbound];
