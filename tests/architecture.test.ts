import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';

/** The parts of the house, each with the parts that it may import. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  entry: ['Server', 'check', 'commandLine', 'config', 'core'],
  check: ['config', 'http', 'media'],
  commandLine: ['config', 'core'],
  Server: [
    'config',
    'core',
    'limits',
    'auth',
    'media',
    'rooms',
    'presence',
    'signalling',
    'gateways',
    'http',
  ],
  config: ['core', 'limits', 'auth'],
  core: [],
  limits: ['core', 'config'],
  auth: ['core', 'limits', 'config'],
  media: ['core', 'limits', 'auth', 'config'],
  rooms: ['core', 'limits', 'auth', 'media', 'config'],
  presence: ['core'],
  signalling: [
    'core',
    'limits',
    'auth',
    'media',
    'rooms',
    'presence',
    'config',
  ],
  gateways: [
    'core',
    'limits',
    'auth',
    'media',
    'rooms',
    'signalling',
    'config',
    'http',
  ],
  http: ['core', 'limits', 'auth', 'media', 'rooms', 'config'],
};

/** What carries a wire: nothing for the core. */
const WIRES = [
  'express',
  'helmet',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'protoo-server',
  'ws',
];

const IMPORT =
  /^(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** What a source imports: packages by name, files by path from the project. */
function importsOf(file: string, source: string): string[] {
  return Array.from(source.matchAll(IMPORT), ([, ...names]) => {
    const name = names.find((it) => it !== undefined) ?? '';
    return name.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), name)
      : name;
  });
}

/** The part of the house that a file belongs to. */
function partOf(file: string): string {
  const [top = '', folder = ''] = file.split('/');
  if (top !== 'lib') {
    return 'entry';
  }
  return folder.replace(/\.ts$/, '');
}

/** The gateway that a file belongs to; none for what they share. */
function gatewayOf(file: string): string | undefined {
  return /^lib\/gateways\/([^/]+)\//.exec(file)?.[1];
}

/** What an import breaks, in words; nothing if it may be. */
function offence(file: string, imported: string): string | undefined {
  const part = partOf(file);
  const isCore = part === 'rooms' || part === 'media';
  if (!imported.startsWith('lib/')) {
    return isCore && WIRES.some((wire) => imported.split('/')[0] === wire)
      ? `${file} knows a wire: ${imported}`
      : undefined;
  }
  const other = partOf(imported);
  const allowed = RULES[part];
  assert.ok(allowed, `${file} belongs to no part that has a rule`);
  if (other !== part && !allowed.includes(other)) {
    return `${file} imports ${imported}: ${part} must not know ${other}`;
  }
  const [from, to] = [gatewayOf(file), gatewayOf(imported)];
  return part === 'gateways' && to !== undefined && to !== from
    ? `${file} imports ${imported}: of another gateway`
    : undefined;
}

describe('the import rules', () => {
  const files = ['server.ts', ...globSync('lib/**/*.ts', { cwd: PROJECT_ROOT })]
    .map((file) => file.replaceAll(path.sep, '/'))
    .toSorted();

  for (const file of files) {
    test(`${file} keeps them`, () => {
      const source = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
      const offences = importsOf(file, source)
        .map((imported) => offence(file, imported))
        .filter((it) => it !== undefined);
      assert.deepEqual(offences, []);
    });
  }

  test('every part of the house is there', () => {
    assert.deepEqual(new Set(files.map(partOf)), new Set(Object.keys(RULES)));
  });

  const violations: [file: string, statement: string][] = [
    ['server.ts', "import { Room } from './lib/rooms/Room.ts';"],
    ['lib/rooms/Room.ts', "import '../signalling/Session.ts';"],
    ['lib/rooms/Room.ts', "import type { Server } from '../Server.ts';"],
    ['lib/rooms/Room.ts', "import express from 'express';"],
    ['lib/rooms/Room.ts', "import {\n  WebSocket,\n} from 'ws';"],
    ['lib/rooms/Room.ts', "const x = await import('node:https');"],
    ['lib/media/codecs.ts', "export { Room } from '../rooms/Room.ts';"],
    ['lib/media/codecs.ts', "export * from 'protoo-server/lib/Peer.js';"],
    ['lib/http/app.ts', "import { x } from '../gateways/json/contract.ts';"],
    ['lib/gateways/protoo/x.ts', "import { x } from '../json/contract.ts';"],
    [
      'lib/signalling/Session.ts',
      "import { x } from '../gateways/protoo/encode.ts';",
    ],
    ['lib/http/app.ts', "import { x } from '../signalling/errors.ts';"],
    ['lib/config/load.ts', "import { x } from '../media/codecs.ts';"],
    ['lib/auth/jwt.ts', "import { x } from '../rooms/Room.ts';"],
  ];
  for (const [file, statement] of violations) {
    test(`${file} could not say ${JSON.stringify(statement)}`, () => {
      const [imported, ...others] = importsOf(file, `\n${statement}\n`);
      assert.ok(imported !== undefined && others.length === 0);
      assert.notEqual(offence(file, imported), undefined);
    });
  }
});
