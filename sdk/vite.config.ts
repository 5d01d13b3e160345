import { defineConfig, mergeConfig } from 'vite';
import type { Plugin, UserConfig } from 'vite';

const entry = 'src/index.ts';

/** The modules that import React as the application has it. */
const REACT_IMPORTERS = /\/src\/react\/(?:bound|lazyPart)\.ts$/;

/**
 * Gives all other modules the exports of `peer.ts` for React: the main entry
 * has them, too, and a bundler fails where a package is missing that it imports.
 */
const reactPeer: Plugin = {
  name: 'react-peer',
  enforce: 'pre',
  resolveId(id, importer = '') {
    if (id !== 'react' && id !== 'react/jsx-runtime') {
      return null;
    }
    return REACT_IMPORTERS.test(importer)
      ? { id, external: true }
      : this.resolve('/src/react/peer.ts', importer);
  },
};

/** The address of a worker as Vite writes it, which no bundler finds. */
const HIDDEN_URL =
  /new URL\(\s*\/\* @vite-ignore \*\/\s*new URL\("([^"]+)", import\.meta\.url\)\.href,\s*"" \+ import\.meta\.url\s*\)/;

/** Writes the address of the worker in the form that bundlers look for. */
const workerUrl: Plugin = {
  name: 'worker-url',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk' && chunk.code.includes('new Worker(')) {
        if (!HIDDEN_URL.test(chunk.code)) {
          this.error('the address of the worker was not found');
        }
        chunk.code = chunk.code.replace(
          HIDDEN_URL,
          'new URL("./$1", import.meta.url)',
        );
      }
    }
  },
};

/** For bundlers, without mediasoup-client. */
const modules = {
  plugins: [workerUrl],
  build: {
    lib: {
      entry: { index: entry, react: 'src/react/bound.ts' },
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['mediasoup-client'],
      output: { chunkFileNames: 'chunks/[name].js' },
    },
  },
} satisfies UserConfig;

/** For script tags, with everything. */
const script = {
  build: {
    lib: {
      entry,
      formats: ['iife'],
      name: 'Videoconf',
      fileName: () => 'videoconf-sdk.js',
    },
    rolldownOptions: {
      // A classic script knows its address only while it is loaded.
      output: {
        intro: 'const ownUrl = document.currentScript.src;',
      },
      transform: { define: { 'import.meta.url': 'ownUrl' } },
    },
  },
  experimental: {
    renderBuiltUrl: (file: string) => ({
      runtime: `new URL(${JSON.stringify(file)},ownUrl).href`,
    }),
  },
} satisfies UserConfig;

const common: UserConfig = {
  base: './',
  plugins: [reactPeer],
  // Packages of this repository are built from their sources.
  resolve: { conditions: ['@atrium/source'] },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: true,
    cssMinify: true,
  },
};

/** The builds of the package, by mode. */
export default defineConfig(({ mode }) =>
  mergeConfig(common, mode === 'script' ? script : modules),
);
