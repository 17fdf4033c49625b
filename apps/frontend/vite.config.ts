import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Nothing is painted before the script has chosen the colours: in dark ones, a white page would flash up. */
const paintLast: Plugin = {
  name: 'paint-last',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

/** The page, built into files that the server hands out: nothing inline, and nothing from elsewhere. */
export default defineConfig({
  root: 'page',
  plugins: [react(), paintLast],
  build: { outDir: '../dist/page', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // For work on the page: `npx vite` beside a running front end.
  server: { proxy: { '/api': 'http://127.0.0.1:8888', '/sign-in/oidc': 'http://127.0.0.1:8888' } },
});
