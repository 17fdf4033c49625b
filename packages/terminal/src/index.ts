export { createTerminalChat } from './chat.js';
export { createDemoAuth, type DemoAuth, type DemoAuthOptions, type PushAnswer } from './phone.js';
export { createDemoRoom, type DemoRoom, type DemoRoomState } from './room.js';
export { createTerminal, type Said, type Terminal, type TerminalOptions } from './terminal.js';
