import { defineConfig } from 'tsup';
import shared from '../../tsup.config.js';

// What the command line needs is apart: to list alerts, nobody has to load a server.
export default defineConfig({ ...shared, entry: ['src/index.ts', 'src/environment.ts'] });
