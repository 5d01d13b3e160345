import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const run = promisify(execFile);

/** A client of another project: its types have to fit, or be refused. */
const CONSUMER = `
import { CLOSE_CODES, ERRORS, LIMITS } from '@atrium/protocol';
import type { CloseName, ErrorName } from '@atrium/protocol';
import { ERROR_CODES } from '@atrium/protocol/json';
import type { RequestFrame, ServerFrame } from '@atrium/protocol/json';
import { REQUESTS } from '@atrium/protocol/protoo';
import type {
  NotificationFrame,
  Reply,
  RequestArguments,
  RequestData,
} from '@atrium/protocol/protoo';
import type { ServerFrame as ProtooFrame } from '@atrium/protocol/protoo';
import type { Events } from '@atrium/protocol/calls';
import type {
  RequestFrame as SessionRequest,
  ServerFrame as SessionFrame,
} from '@atrium/protocol/sessions';

export const join: RequestData<'joinRoom'> = { roomId: 'r', peerId: 'p' };
// @ts-expect-error The peerId is missing.
export const wrong: RequestData<'joinRoom'> = { roomId: 'r' };
// @ts-expect-error There is no such field.
export const stray: RequestData<'consume'> = { producerId: 'p', speed: 1 };
// @ts-expect-error There is no such request.
export type None = Reply<'flyAway'>;

export const nothing: RequestArguments<'leaveRoom'> = [];
export function names(reply: Reply<'joinRoom'>): string[] {
  return (reply.peers ?? []).map(({ displayName }) => displayName);
}
export function follow(frame: NotificationFrame): string | null | undefined {
  return frame.method === 'activeSpeaker' ? frame.data.peerId : undefined;
}
export function read(frame: ProtooFrame): number | undefined {
  return 'response' in frame && !frame.ok ? frame.errorCode : undefined;
}

export const request: RequestFrame<'leaveRoom'> = {
  type: 'leaveRoom',
  data: { roomId: 'r' },
};
export function said(frame: ServerFrame): string | undefined {
  return frame.type === 'error' ? frame.error : undefined;
}
export function caller(event: Events['call:incoming']): string {
  return event.callId;
}

export const hello: SessionRequest<'connect'> = { type: 'connect', name: 'Ada' };
export const offer: SessionRequest<'offer'> = { type: 'offer', sdp: 'v=0' };
export const bye: SessionRequest<'disconnect'> = { type: 'disconnect' };
export function others(frame: SessionFrame): string[] {
  return frame.type === 'connected' ? frame.peers.map(({ name }) => name) : [];
}

const full: ErrorName = 'ROOM_FULL';
const ended: CloseName = 'ended';
const frameBytes: number = LIMITS['signalling.maxFrameBytes'];
export function change(): void {
  // @ts-expect-error The tables cannot be written.
  ERRORS.ROOM_FULL = 200;
}
console.log(
  JSON.stringify([
    ERRORS[full],
    CLOSE_CODES[ended],
    frameBytes,
    REQUESTS.ping,
    ERROR_CODES.ROOM_FULL,
  ]),
);
`;

describe('the package of the protocol, outside of this project', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-consumer-'));
    await npm('pack', '--pack-destination', folder, '--workspace', NAME);
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'consumer', type: 'module', private: true }),
    );
    await npm('install', '--prefix', folder, '--offline', TARBALL);
    await mkdir(path.join(folder, 'src'));
    await writeFile(path.join(folder, 'src', 'consumer.ts'), CONSUMER);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const NAME = '@atrium/protocol';
  const TARBALL = 'atrium-protocol-0.1.0.tgz';

  function npm(...args: string[]) {
    // The packed file is named relative to where it is installed.
    const cwd = args[0] === 'install' ? folder : PROJECT_ROOT;
    return run('npm', ['--loglevel', 'error', ...args], { cwd });
  }

  for (const resolution of ['nodenext', 'bundler']) {
    test(`is understood by TypeScript with ${resolution} resolution`, async () => {
      await run(
        path.join(PROJECT_ROOT, 'node_modules', '.bin', 'tsc'),
        [
          '--strict',
          '--exactOptionalPropertyTypes',
          '--noUncheckedIndexedAccess',
          '--noEmit',
          '--target',
          'es2022',
          '--lib',
          'es2022,dom',
          '--module',
          resolution === 'bundler' ? 'esnext' : resolution,
          '--moduleResolution',
          resolution,
          path.join('src', 'consumer.ts'),
        ],
        { cwd: folder },
      );
    });
  }

  test('has its tables at run time', async () => {
    const { stdout } = await run(process.execPath, ['src/consumer.ts'], {
      cwd: folder,
    });
    assert.deepEqual(JSON.parse(stdout), [
      409,
      4000,
      262_144,
      'user',
      'ROOM_FULL',
    ]);
  });
});
