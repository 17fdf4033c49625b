import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page, built into files that the server hands out: nothing inline, and nothing from elsewhere. */
export default defineConfig({
  root: 'page',
  plugins: [react()],
  build: { outDir: '../dist/page', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // For work on the page: `npx vite` beside a running front end.
  server: { proxy: { '/api': 'http://127.0.0.1:8888', '/sign-in/oidc': 'http://127.0.0.1:8888' } },
});
