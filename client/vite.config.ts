import { defineConfig } from 'vite';

export default defineConfig({
  // A reverse proxy may serve the page under any path.
  base: './',
  build: {
    target: 'es2022',
    // The page is served with a Content-Security-Policy that knows no inline
    // code and no data: scripts, so everything stays a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // mediasoup-client carries a handler for every browser family, which alone
    // is past the default warning at 500 kB.
    chunkSizeWarningLimit: 700,
  },
});
