export type { SlackWeb } from './api.js';
export { createSlackChat, type SlackChatOptions } from './chat.js';
export { checkSlack, type SlackCheckOptions } from './check.js';
export { createSlackClients, type SlackClients, type SlackClientsOptions } from './clients.js';
export type { SlackLog } from './log.js';
export type { SlackSocket } from './socket.js';
export type { SlackWords } from './words.js';
