import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as fc from 'fast-check';

import { beyond, POWERS, SOURCES } from '../../../lib/auth/Permissions.ts';
import type { Permissions } from '../../../lib/auth/Permissions.ts';
import { ROLES } from '../../../lib/auth/roles.ts';
import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinRoom } from '../../support/protooMembers.ts';
import { chooseSeed } from '../../support/seed.ts';

const RUNS = 30;

/** The most that the peers have together: one may promote, the other may send. */
const TOGETHER: Permissions = {
  publish: ['mic', 'camera'],
  subscribe: true,
  data: true,
  chat: true,
  raiseHand: false,
  metadata: true,
  moderate: ['promote', 'invite', 'mute'],
};

/** The claims of the two peers. */
const GRANTS = {
  bob: {
    publish: ['mic'],
    raiseHand: false,
    moderate: ['promote', 'invite', 'mute'],
  },
  eve: { publish: ['camera'], raiseHand: false },
} as const;

const flags = fc.record(
  { chat: fc.boolean(), raiseHand: fc.boolean(), subscribe: fc.boolean() },
  { requiredKeys: [] },
);
const lists = fc.record(
  {
    publish: fc.oneof(fc.boolean(), fc.subarray([...SOURCES])),
    moderate: fc.oneof(fc.boolean(), fc.subarray([...POWERS])),
  },
  { requiredKeys: [] },
);

const act = fc.record({
  by: fc.constantFrom('bob', 'eve', 'guest'),
  peerId: fc.constantFrom('ada', 'bob', 'eve', 'guest'),
  change: fc.oneof(
    fc.record({
      method: fc.constant('setRole' as const),
      data: fc.record({ role: fc.constantFrom(...ROLES) }),
    }),
    fc.record({
      method: fc.constant('setPermissions' as const),
      data: fc.record({
        permissions: fc
          .tuple(flags, lists)
          .map(([one, other]) => ({ ...one, ...other })),
      }),
    }),
    fc.record({
      method: fc.constant('createInvitation' as const),
      data: fc.record({ role: fc.constantFrom(...ROLES) }),
    }),
  ),
});

describe('requests of peers that may promote', () => {
  let server: Server;

  before(async () => {
    // The one role that the peers can give.
    const roles = {
      guest: { publish: ['mic' as const], raiseHand: false },
    };
    server = await startServer({ auth: { ...tokensOnly.auth, roles } });
  });

  after(() => server.close());

  function enter(room: string, peerId: string, claims: object) {
    const token = peerToken(peerId, { room, ...claims });
    return joinRoom(server, { roomId: room, peerId }, bearing(token));
  }

  test('raise no one above what they have together', async (t) => {
    let run = 0;
    let [given, refused, invited] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 1, maxLength: 20 }),
        async (acts) => {
          run += 1;
          const room = `promotions-${run}`;
          const ada = await enter(room, 'ada', { role: 'moderator' });
          const members = new Map([
            ['bob', await enter(room, 'bob', { grants: GRANTS.bob })],
            ['eve', await enter(room, 'eve', { grants: GRANTS.eve })],
          ]);
          let guest = 'guest';
          for (const { by, peerId, change } of acts) {
            const client = members.get(by === 'guest' ? guest : by);
            const target = peerId === 'guest' ? guest : peerId;
            const [result] = await Promise.allSettled([
              client?.request(change.method, {
                ...(change.method !== 'createInvitation' && { peerId: target }),
                ...change.data,
              }),
            ]);
            if (result.status === 'rejected') {
              refused += 1;
              continue;
            }
            given += client === undefined ? 0 : 1;
            const { token, peerId: own } = (result.value ?? {}) as {
              token?: string;
              peerId?: string;
            };
            if (token !== undefined && own !== undefined) {
              invited += 1;
              const data = { roomId: room, peerId: own };
              members.set(own, await joinRoom(server, data, bearing(token)));
              guest = own;
            }
          }
          const { peers } = server.registry.get(room);
          assert.equal(peers.size, members.size + 1);
          for (const [id, { grants }] of peers) {
            if (id !== 'ada') {
              assert.deepEqual([id, beyond(grants, TOGETHER)], [id, []]);
            }
          }
          await Promise.all([ada, ...members.values()].map((it) => it.close()));
        },
      ),
      { numRuns: RUNS, seed: chooseSeed(t) },
    );
    assert.ok(given > 0 && refused > 0 && invited > 0);
  });
});
