export { createTerminalChat } from './chat.js';
export { createDemoAuth, type DemoAuthOptions } from './phone.js';
export { createTerminal, type Terminal, type TerminalOptions } from './terminal.js';
