import { defaultClientConditions, defineConfig } from 'vite';

/** The dashboard of operators, built apart from the pages that everyone may load. */
export default defineConfig({
  root: decodeURIComponent(new URL('.', import.meta.url).pathname),
  publicDir: '../public',
  resolve: { conditions: ['@atrium/source', ...defaultClientConditions] },
  base: './',
  build: {
    target: 'es2022',
    // As with the page: the Content-Security-Policy knows no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
