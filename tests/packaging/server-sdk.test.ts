import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** A backend of another project: its types have to fit, or be refused. */
const BACKEND = `
import { AtriumError, AtriumServer } from '@atrium/server-sdk';
import type { ServerRoom } from '@atrium/server-sdk';

const atrium = new AtriumServer({ url: 'http://127.0.0.1:9', key: 'a.b', retries: 0 });
export async function ids(): Promise<string[]> {
  const found: ServerRoom[] = [];
  for await (const room of atrium.rooms.list({ prefix: 'a' })) {
    found.push(room);
  }
  return found.map(({ roomId }) => roomId);
}
export async function grow(roomId: string): Promise<number> {
  const { etag } = await atrium.rooms.get(roomId);
  // @ts-expect-error There is no such option.
  await atrium.rooms.update(roomId, { colour: 'red' });
  return (await atrium.rooms.update(roomId, { maxPeers: 9 }, { ifMatch: etag })).maxPeers;
}
try {
  await ids();
} catch (error) {
  console.log(error instanceof AtriumError && error.code);
}
`;

describe('the package @atrium/server-sdk', () => {
  let folder: string;

  const run = (command: string, args: string[], cwd = folder): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8' });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'atrium-backend-'));
    run('sh', ['scripts/build-server-sdk'], PROJECT_ROOT);
    run('npm', ['pack', '--silent', path.join(PROJECT_ROOT, 'server-sdk')]);
    const [tarball = ''] = readdirSync(folder);
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'backend', type: 'module', private: true }),
    );
    run('npm', ['install', '--silent', '--offline', `./${tarball}`]);
    writeFileSync(path.join(folder, 'backend.ts'), BACKEND);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('has JavaScript and types, and depends on nothing', () => {
    const own = path.join(folder, 'node_modules/@atrium/server-sdk');
    const files = readdirSync(path.join(own, 'dist'));
    assert.ok(files.includes('index.js') && files.includes('index.d.ts'));
    const { dependencies } = JSON.parse(
      readFileSync(path.join(own, 'package.json'), 'utf8'),
    );
    assert.equal(dependencies, undefined);
    assert.deepEqual(readdirSync(path.join(folder, 'node_modules/@atrium')), [
      'server-sdk',
    ]);
  });

  test('has types by which mistakes are found', () => {
    const tsc = path.join(PROJECT_ROOT, 'node_modules/.bin/tsc');
    run(tsc, [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--module',
      'nodenext',
      'backend.ts',
    ]);
  });

  test('runs in Node', () => {
    assert.equal(run(process.execPath, ['backend.ts']).trim(), 'UNREACHABLE');
  });
});
