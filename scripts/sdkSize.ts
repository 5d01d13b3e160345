/**
 * Prints the size of the built SDK as an application gets it, minified and without
 * mediasoup-client, and fails where it is larger than it may be.
 */
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'vite';

import { PROJECT_ROOT } from './npm.ts';

/** The largest size, gzipped, in bytes. */
const MOST_BYTES = 20_000;

const result = await build({
  configFile: false,
  logLevel: 'error',
  build: {
    write: false,
    target: 'es2022',
    rolldownOptions: {
      input: path.join(PROJECT_ROOT, 'sdk', 'dist', 'index.js'),
      external: ['mediasoup-client'],
      preserveEntrySignatures: 'strict',
    },
  },
});
const { output } = result as Extract<typeof result, { output: unknown }>;
const bytes = gzipSync(output[0].code).length;
const size = (bytes / 1_000).toFixed(1);
console.log(
  `sdk: ${size} kB gzipped beyond mediasoup-client, of ${MOST_BYTES / 1_000} kB`,
);
if (bytes > MOST_BYTES) {
  console.error('sdk: it is larger than it may be');
  process.exitCode = 1;
}
