import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { CLOSE_CODES, ERRORS, LIMITS } from '@atrium/protocol';
import { ERROR_CODES } from '@atrium/protocol/json';
import type { Events, Requests as JsonRequests } from '@atrium/protocol/json';
import type { Notifications, Requests } from '@atrium/protocol/protoo';
import type {
  Events as SessionEvents,
  Requests as SessionRequests,
} from '@atrium/protocol/sessions';
import type { z } from 'zod';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type {
  events,
  requests as jsonRequests,
} from '../../lib/gateways/json/contract.ts';
import { JSON_ERRORS } from '../../lib/gateways/json/errors.ts';
import type {
  events as sessionEvents,
  requests as sessionRequests,
} from '../../lib/gateways/meetings/contract.ts';
import type { requests } from '../../lib/gateways/protoo/contract.ts';
import type { notifications } from '../../lib/gateways/protoo/notifications.ts';
import { parseConfig } from '../../lib/config/load.ts';
import { closeCodeFor } from '../../lib/signalling/closeCodes.ts';
import { sessionErrors } from '../../lib/signalling/errors.ts';
import { sample } from '../../scripts/samples.ts';

const run = promisify(execFile);

/** The requests of a contract, as a client writes and reads them. */
type Asked<
  Table extends Record<string, { data: z.ZodType; reply: z.ZodType }>,
> = {
  [Name in keyof Table]: {
    data: z.input<Table[Name]['data']>;
    reply: z.output<Table[Name]['reply']>;
  };
};

/** The events of a contract, as a client reads them. */
type Told<Table extends Record<string, { data: z.ZodType }>> = {
  [Name in keyof Table]: z.output<Table[Name]['data']>;
};

/** A type in which a URI is any text: the contracts type some more closely. */
type AnyUri<T> = T extends readonly (infer Item)[]
  ? AnyUri<Item>[]
  : T extends object
    ? { [Key in keyof T]: Key extends 'uri' ? string : AnyUri<T[Key]> }
    : T;

/** Refuses, while the tests are compiled, types that are not the same. */
function same<One, Other>(
  ..._proof: [AnyUri<One>, AnyUri<Other>] extends [AnyUri<Other>, AnyUri<One>]
    ? []
    : [never]
): void {
  // The types are the test.
}

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

describe('the package of the protocol', () => {
  test('has the errors, close codes and limits of the server', () => {
    for (const [name, { status }] of Object.entries(sessionErrors)) {
      assert.equal(ERRORS[name as keyof typeof ERRORS], status);
    }
    assert.deepEqual(ERROR_CODES, JSON_ERRORS);
    assert.equal(CLOSE_CODES[closeCodeFor('restart')[0]], 1012);
    const { limits, signalling } = parseConfig();
    for (const [section, options] of Object.entries({ limits, signalling })) {
      for (const [name, value] of Object.entries(options)) {
        assert.equal(
          (LIMITS as Record<string, number>)[`${section}.${name}`],
          value,
        );
      }
    }
  });

  test('types the wires as the server validates them', () => {
    same<Requests, Asked<typeof requests>>();
    same<Notifications, Told<typeof notifications>>();
    same<JsonRequests, Asked<typeof jsonRequests>>();
    same<Events, Told<typeof events>>();
    same<SessionRequests, Asked<typeof sessionRequests>>();
    same<SessionEvents, Told<typeof sessionEvents>>();
    // @ts-expect-error A type is not the same as one of its parts.
    same<Requests, Pick<Requests, 'ping'>>();
    // @ts-expect-error A field of another type makes another type.
    same<{ ping: { data: number } }, Pick<Requests, 'ping'>>();
  });

  describe('outside of this project', () => {
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

    for (const resolution of sample(
      'versions of React and kinds of resolution of a package',
      ['nodenext', 'bundler'],
    )) {
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
});
