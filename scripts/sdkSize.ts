/**
 * Prints the sizes of the built SDK as an application gets it, minified and
 * without the packages beside it, and fails where one is larger than it may be.
 */
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'vite';

import { PROJECT_ROOT } from './npm.ts';

/** The largest sizes, gzipped, in bytes. */
const MOST_BYTES = { core: 20_000, parts: 9_000 };

/** The size of all that an entry loads by itself, gzipped. */
async function bytesOf(entry: string): Promise<number> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: path.join(PROJECT_ROOT, 'sdk', 'dist', entry),
        external: ['mediasoup-client', 'react', 'react/jsx-runtime'],
        preserveEntrySignatures: 'strict',
      },
    },
  });
  const { output } = result as Extract<typeof result, { output: unknown }>;
  const [main, ...others] = output;
  const chunks = [main, ...others.filter((it) => it.type === 'chunk')];
  const loaded = chunks.filter(
    (it) => it === main || main.imports.includes(it.fileName),
  );
  return loaded.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}

function check(name: string, bytes: number, most: number): void {
  const size = (bytes / 1_000).toFixed(1);
  console.log(`sdk: ${name}: ${size} kB gzipped, of ${most / 1_000} kB`);
  if (bytes > most) {
    console.error(`sdk: ${name}: larger than it may be`);
    process.exitCode = 1;
  }
}

const core = await bytesOf('index.js');
check('the core, beyond mediasoup-client', core, MOST_BYTES.core);
const parts = (await bytesOf('react.js')) - core;
check('the React parts, beyond the core and React', parts, MOST_BYTES.parts);
