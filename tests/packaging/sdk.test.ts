import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

/** An application of which the container is the whole. */
const REACT_APP = `
import { createRoot } from 'react-dom/client';
import { useActiveSpeaker, VideoGrid } from 'videoconf-sdk';
import { useParticipants, VideoContainer } from 'videoconf-sdk/react';

function Count() {
  return <p>{useParticipants().length}</p>;
}

export function Speaker() {
  return <p>{useActiveSpeaker()?.name}</p>;
}

createRoot(document.body).render(
  <VideoContainer room="garden" camera>
    <VideoGrid />
    <Count />
  </VideoContainer>,
);
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
    jsx: 'react-jsx',
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

  const install = (...packages: string[]): string =>
    run(
      'npm',
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...packages,
    );
  /** Builds the application. Returns what its scripts say, in order of names. */
  const build = (): { names: string[]; code: string } => {
    run(bin('vite'), 'build', '--logLevel', 'error');
    const assets = path.join(folder, 'dist/assets');
    const files = readdirSync(assets);
    return {
      names: files.map((name) => name.replace(/-.*\./, '.')).toSorted(),
      code: files
        .map((name) => readFileSync(path.join(assets, name), 'utf8'))
        .join('\n'),
    };
  };

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
    install(...readdirSync(folder).filter((name) => name.endsWith('.tgz')));
    write('index.html', '<script type="module" src="/app.ts"></script>');
    write('app.ts', APP);
    write('tsconfig.json', JSON.stringify(TSCONFIG));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('builds in an empty Vite project without React, and with nothing of the parts', () => {
    assert.ok(!existsSync(path.join(folder, 'node_modules/react')));
    const { names, code } = build();
    assert.deepEqual(names, [
      'MediaWatch.js',
      'Outbox.js',
      'StatsMonitor.js',
      'chatCipher.js',
      'index.js',
      'p2p.js',
      'worker.js',
    ]);
    assert.ok(!code.includes('vc-container'));
  });

  test('loads where nothing but the parts would need React', () => {
    const names = run(
      process.execPath,
      '--input-type=module',
      '--eval',
      "console.log(Object.keys(await import('videoconf-sdk')).join())",
    );
    assert.equal(
      names.trim(),
      'Chat,Controls,VideoContainer,VideoGrid,VideoconfError,VideoconfSDK,useActiveSpeaker,useChat,useLocalMedia,useParticipants,useVideoconf',
    );
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

  for (const version of [19, 18]) {
    test(`builds and has types with React ${version}, whose parts come from one copy`, () => {
      install(
        `react@${version}`,
        `react-dom@${version}`,
        `@types/react@${version}`,
        `@types/react-dom@${version}`,
      );
      write('meeting.tsx', REACT_APP);
      write('index.html', '<script type="module" src="/meeting.tsx"></script>');
      run(bin('tsc'), '--pretty', 'false');
      const { code } = build();
      assert.equal(
        code.match(
          /vc-container:has\(>\.vc-status\[data-state='?ended'?\]\)\{/g,
        )?.length,
        1,
      );
      write('meeting.tsx', REACT_APP.replace(' camera', ' kamera'));
      assert.throws(
        () => run(bin('tsc'), '--pretty', 'false'),
        (error: { stdout: string }) =>
          /'kamera' does not exist/.test(error.stdout),
      );
    });
  }
});
