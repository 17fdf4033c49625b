import { defineConfig } from 'tsup';
import shared from '../tsup.config.js';

/** The bot that is killed, in one file: it is started some hundred times, and looking for modules would be most of that. */
export default defineConfig({
  ...shared,
  entry: { 'bot-to-kill': 'src/kill/bot.ts' },
  tsconfig: 'tsconfig.json',
  noExternal: [/^@securitybot\//, 'kysely'],
  external: [/^mysql2/, 'pg'], // CommonJS, which asks for modules at run time
});
