import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import { importsIn, importsOf, sourcesIn } from './support/imports.ts';
import type { Import } from './support/imports.ts';

const DOMAINS = [
  'presence',
  'accounts',
  'chat',
  'calls',
  'meetings',
  'provisioning',
  'moderation',
  'feed',
  'recording',
  'webhooks',
];

/** The parts of the server, lowest first; a part may import those below it. */
const LAYERS: readonly (readonly string[])[] = [
  ['core'],
  ['limits'],
  ['auth'],
  ['media'],
  ['rooms'],
  DOMAINS,
  ['signalling', 'http'],
  ['gateways'],
  ['Domain'],
  ['Shutdown'],
  ['Server', 'check', 'commandLine'],
  ['main'],
  ['entry'],
];

/** Parts beside the layers, with the parts that may import them. */
const ASIDE: Readonly<Record<string, readonly string[]>> = {
  config: ['Domain', 'Server', 'check', 'main'],
  store: [...DOMAINS, 'gateways', 'Domain', 'Shutdown', 'Server'],
  cluster: [
    ...DOMAINS,
    'rooms',
    'signalling',
    'gateways',
    'Domain',
    'Shutdown',
    'Server',
  ],
};

/** The files of {@link ASIDE} that are ports; adapters are for `Server` alone. */
const PORTS: ReadonlySet<string> = new Set([
  'lib/store/CallStore.ts',
  'lib/store/MeetingStore.ts',
  'lib/store/ServerRoomStore.ts',
  'lib/store/ModerationStore.ts',
  'lib/store/WebhookStore.ts',
  'lib/store/Store.ts',
  'lib/store/errors.ts',
  'lib/cluster/RoomDirectory.ts',
  'lib/cluster/ClientRelay.ts',
  'lib/cluster/NodeBus.ts',
  'lib/cluster/NodeList.ts',
]);

/** Packages and modules of Node that carry a wire. */
const WIRES: ReadonlySet<string> = new Set([
  'engine.io',
  'express',
  'helmet',
  'node:dgram',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'protoo-server',
  'socket.io',
  'socket.io-parser',
  'ws',
]);

/**
 * Imports that still break a rule, each of which has to be needed: once it is
 * gone, so is its line here.
 */
const EXCEPTIONS: readonly [file: string, target: string][] = [];

/** Circles that are still there, each of which has to be needed. */
const CIRCLES: readonly (readonly string[])[] = [];

/** The part of the server that a file belongs to. */
function partOf(file: string): string {
  const [top = '', folder = ''] = file.split('/');
  return top === 'lib' ? folder.replace(/\.ts$/, '') : 'entry';
}

function layerOf(part: string): number {
  const layer = LAYERS.findIndex((parts) => parts.includes(part));
  assert.notEqual(layer, -1, `${part} is a part without a rule`);
  return layer;
}

/** The gateway that a file belongs to; undefined for what they share. */
function gatewayOf(file: string): string | undefined {
  return /^lib\/gateways\/([^/]+)\//.exec(file)?.[1];
}

/** The transport of signalling that a file belongs to; undefined for what they share. */
function transportOf(file: string): string | undefined {
  return /^lib\/signalling\/([^/]+)\//.exec(file)?.[1];
}

/** The rule that an import of a part of the server breaks. */
function brokenLayer(file: string, target: string): string | undefined {
  const [from, to] = [partOf(file), partOf(target)];
  if (from === to) {
    return undefined;
  }
  const importers = ASIDE[to];
  if (importers !== undefined) {
    // The options of the adapters are part of the configuration.
    const allowed =
      (from === 'config' && target.endsWith('/options.ts')) ||
      (importers.includes(from) && (from === 'Server' || !isAdapter(target)));
    return allowed ? undefined : `${from} must not import ${to}`;
  }
  if (from === 'config') {
    // It joins the options of the parts, and checks how they fit together.
    return /\/(?:options|addresses|network)\.ts$/.test(target) || to === 'core'
      ? undefined
      : 'config imports options only';
  }
  if (from === 'store' || from === 'cluster') {
    return to === 'core' ? undefined : `${from} imports core only`;
  }
  return layerOf(to) < layerOf(from)
    ? undefined
    : `${from} must not import ${to}`;
}

function isAdapter(target: string): boolean {
  return /^lib\/(?:store|cluster)\//.test(target) && !PORTS.has(target);
}

/** The rule that an import breaks, if any. */
function brokenRule({ file, target }: Import): string | undefined {
  const part = partOf(file);
  if (!target.startsWith('lib/')) {
    const isWire = WIRES.has(target.split('/')[0] ?? '');
    const isWireless =
      ['rooms', 'media', ...DOMAINS].includes(part) ||
      (part === 'signalling' && transportOf(file) === undefined);
    return isWire && isWireless ? `${file} must not know a wire` : undefined;
  }
  const [from, to] = [gatewayOf(file), gatewayOf(target)];
  if (from !== undefined && to !== undefined && from !== to) {
    return 'a gateway must not import another';
  }
  const transport = transportOf(target);
  if (
    part === 'signalling' &&
    transport !== undefined &&
    transport !== transportOf(file)
  ) {
    return 'what all transports share must not know one of them';
  }
  if (
    file.endsWith('/contract.ts') &&
    partOf(target) !== 'core' &&
    !/^lib\/media\/(?:schemas|transportSchemas)\.ts$/.test(target) &&
    target !== 'lib/http/RouteSpec.ts' &&
    path.posix.dirname(target) !== path.posix.dirname(file)
  ) {
    return 'a contract imports only core, the schemas of media and http/RouteSpec';
  }
  return brokenLayer(file, target);
}

/** Groups of files that import each other, in a graph of imports. */
function circlesIn(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of imports) {
    targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  // Tarjan's algorithm for strongly connected components.
  const indexes = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const index = indexes.size;
    indexes.set(file, index);
    stack.push(file);
    let low = index;
    for (const target of targets.get(file) ?? []) {
      if (!indexes.has(target)) {
        low = Math.min(low, visit(target));
      } else if (stack.includes(target)) {
        low = Math.min(low, lowest.get(target) ?? indexes.get(target) ?? low);
      }
    }
    lowest.set(file, low);
    if (low === index) {
      const group = stack.splice(stack.indexOf(file)).toSorted();
      if (group.length > 1 || targets.get(file)?.includes(file) === true) {
        circles.push(group);
      }
    }
    return low;
  };
  for (const file of targets.keys()) {
    if (!indexes.has(file)) {
      visit(file);
    }
  }
  return circles;
}

describe('the import rules', () => {
  test('hold for every file of the server', () => {
    const broken = importsOf('server.ts', 'lib/**/*.ts')
      .map((it) => [it, brokenRule(it)] as const)
      .filter(([, rule]) => rule !== undefined);
    const excepted = ([{ file, target }]: (typeof broken)[number]): boolean =>
      EXCEPTIONS.some(([from, to]) => from === file && to === target);
    assert.deepEqual(
      broken
        .filter((it) => !excepted(it))
        .map(([{ file, target }, rule]) => `${file} → ${target}: ${rule}`),
      [],
    );
    assert.equal(
      new Set(broken.filter(excepted).map(([{ file }]) => file)).size,
      new Set(EXCEPTIONS.map(([file]) => file)).size,
      'an exception is no longer needed',
    );
  });

  test('name every part of the server', () => {
    for (const part of new Set(sourcesIn('lib/**/*.ts').map(partOf))) {
      assert.ok(part in ASIDE || layerOf(part) >= 0);
    }
  });

  for (const [name, ...patterns] of [
    ['the server', 'server.ts', 'lib/**/*.ts'],
    ['the page', 'client/src/**/*.ts'],
    ['the SDK', 'sdk/src/**/*.{ts,tsx}'],
    ['the package for backends', 'server-sdk/src/**/*.ts'],
    ['the tools', 'tools/**/*.ts'],
  ] as const) {
    test(`allow no circle in ${name}, types included`, () => {
      const files = new Set(sourcesIn(...patterns));
      const known = CIRCLES.filter(([file]) => files.has(file ?? ''));
      assert.deepEqual(
        circlesIn(importsOf(...patterns))
          .map((group) => group.join(', '))
          .toSorted(),
        known.map((group) => group.toSorted().join(', ')).toSorted(),
      );
    });
  }

  const violations: [file: string, statement: string][] = [
    ['server.ts', "import { x } from './lib/store/sqlite.ts';"],
    ['lib/rooms/Room.ts', "import '../signalling/Session.ts';"],
    ['lib/rooms/Room.ts', "import type { Server } from '../Server.ts';"],
    ['lib/rooms/Room.ts', "import type { Config } from '../config/load.ts';"],
    ['lib/rooms/Room.ts', "import type { Store } from '../store/Store.ts';"],
    ['lib/rooms/Room.ts', "import express from 'express';"],
    ['lib/rooms/Room.ts', "import {\n  WebSocket,\n} from 'ws';"],
    ['lib/rooms/Room.ts', "const x = await import('node:https');"],
    ['lib/media/codecs.ts', "export { Room } from '../rooms/Room.ts';"],
    ['lib/media/codecs.ts', "export * from 'protoo-server/lib/Peer.js';"],
    ['lib/limits/network.ts', "import { x } from '../auth/jwt.ts';"],
    ['lib/auth/jwt.ts', "import { x } from '../rooms/Room.ts';"],
    ['lib/core/errors.ts', "import type { x } from '../limits/options.ts';"],
    ['lib/calls/Call.ts', "import { x } from '../chat/Chat.ts';"],
    ['lib/chat/Chat.ts', "import { x } from '../store/sqlite.ts';"],
    ['lib/chat/Chat.ts', "import { x } from '../cluster/redis.ts';"],
    ['lib/chat/Chat.ts', "import { x } from 'socket.io';"],
    ['lib/webhooks/x.ts', "import { request } from 'node:https';"],
    ['lib/webhooks/x.ts', "import { x } from '../chat/ChatRooms.ts';"],
    ['lib/rooms/Room.ts', "import { x } from '../webhooks/Webhooks.ts';"],
    ['lib/signalling/x.ts', "import { x } from '../gateways/protoo/x.ts';"],
    ['lib/signalling/x.ts', "import { x } from '../http/app.ts';"],
    ['lib/signalling/x.ts', "import type { x } from './ws/x.ts';"],
    ['lib/signalling/x.ts', "import { WebSocket } from 'ws';"],
    ['lib/signalling/ws/x.ts', "import { x } from '../socketio/x.ts';"],
    ['lib/http/app.ts', "import { x } from '../gateways/json/contract.ts';"],
    ['lib/http/app.ts', "import { x } from '../signalling/Session.ts';"],
    ['lib/gateways/protoo/x.ts', "import { x } from '../json/contract.ts';"],
    ['lib/gateways/protoo/x.ts', "import { x } from '../../config/load.ts';"],
    [
      'lib/gateways/json/contract.ts',
      "import { x } from '../../rooms/errors.ts';",
    ],
    ['lib/config/load.ts', "import { x } from '../media/codecs.ts';"],
  ];
  for (const [file, statement] of violations) {
    test(`refuse ${JSON.stringify(statement)} in ${file}`, () => {
      const [imported, ...others] = importsIn(file, `\n${statement}\n`);
      assert.ok(imported !== undefined && others.length === 0);
      assert.notEqual(brokenRule(imported), undefined);
    });
  }

  test('find circles of any length, and nothing else', () => {
    const graph = Object.entries({
      a: ['b', 'd'],
      b: ['c'],
      c: ['a'],
      d: ['e', 'c2'],
      e: ['f'],
      f: ['e'],
      g: ['g'],
      c2: [],
    }).flatMap(([file, targets]) =>
      targets.map((target) => ({ file, target, isType: true })),
    );
    const circles = circlesIn(graph).map((group) => group.join());
    assert.deepEqual(circles.toSorted(), ['a,b,c', 'e,f', 'g']);
  });
});
