import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');

const APP = `
import { VideoconfError, VideoconfSDK } from 'videoconf-sdk';
import type { Snapshot } from 'videoconf-sdk';

const sdk = new VideoconfSDK({ server: 'https://meet.example' });
const { state }: Snapshot = sdk.getSnapshot();
sdk.on('track-added', (track, { name }) => {
  document.title = \`\${name}: \${track.source} \${state}\`;
});
export const failed = (error: unknown) =>
  error instanceof VideoconfError && error.final;
`;

/** The same with a mistake that only types can tell. */
const MISTAKEN = APP.replace('error.final', 'error.finally');

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    strict: true,
    noEmit: true,
  },
};

describe('the package videoconf-sdk', () => {
  let folder: string;

  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
  const write = (name: string, text: string): void =>
    writeFileSync(path.join(folder, name), text);
  const bin = (name: string): string =>
    path.join(ROOT, 'node_modules/.bin', name);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'atrium-package-'));
    execFileSync('sh', [path.join(ROOT, 'scripts/build-sdk')]);
    run(
      'npm',
      'pack',
      '--silent',
      path.join(ROOT, 'sdk'),
      path.join(ROOT, 'packages/protocol'),
    );
    write('package.json', JSON.stringify({ type: 'module', private: true }));
    run(
      'npm',
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...readdirSync(folder).filter((name) => name.endsWith('.tgz')),
    );
    write('index.html', '<script type="module" src="/app.ts"></script>');
    write('app.ts', APP);
    write('tsconfig.json', JSON.stringify(TSCONFIG));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('builds in an empty Vite project, with its worker beside it', () => {
    run(bin('vite'), 'build', '--logLevel', 'error');
    const assets = readdirSync(path.join(folder, 'dist/assets')).map((name) =>
      name.replace(/-.*\./, '.'),
    );
    assert.deepEqual(assets.toSorted(), ['index.js', 'worker.js']);
  });

  test('has types, by which mistakes are found', () => {
    run(bin('tsc'), '--pretty', 'false');
    write('app.ts', MISTAKEN);
    assert.throws(
      () => run(bin('tsc'), '--pretty', 'false'),
      (error: { stdout: string }) =>
        /'finally' does not exist/.test(error.stdout),
    );
    write('app.ts', APP);
  });
});
