export { createZulipChat, type ZulipChatOptions } from './chat.js';
export { checkZulip, type ZulipCheckOptions } from './check.js';
export type { ZulipConnection, ZulipFetch } from './connection.js';
export type { ZulipLog } from './log.js';
