import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as fc from 'fast-check';

import { POWERS, SOURCES } from '../../../lib/auth/Permissions.ts';
import { ROLES } from '../../../lib/auth/roles.ts';
import { requests } from '../../../lib/gateways/protoo/contract.ts';
import type { Peer } from '../../../lib/rooms/Peer.ts';
import type { Room } from '../../../lib/rooms/Room.ts';
import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { receive, sendAudio } from '../../support/protooMembers.ts';
import { chooseSeed } from '../../support/seed.ts';

const RUNS = 150;

/** Requests that end the stay of the guest, which then changes nothing more. */
const LEAVING = new Set(['joinRoom', 'leaveRoom']);

const methods = Object.keys(requests).filter((it) => !LEAVING.has(it));

/** Notifications that tell of what a moderator has done. */
const MODERATED = new Set([
  'producerMuted',
  'producerStopped',
  'unmuteRequested',
  'permissionsChanged',
  'roomUpdated',
  'peerLeft',
  'producerClosed',
  'producerPaused',
  'consumerClosed',
]);

/** The ids of things that belong to others. */
interface Ids {
  readonly producers: string[];
  readonly consumers: string[];
  readonly transports: string[];
  readonly peers: string[];
}

/** The data of a request, of any method: each takes the fields that it knows. */
function dataWith({ producers, consumers, transports, peers }: Ids) {
  const producer = fc.constantFrom(...producers);
  const consumer = fc.constantFrom(...consumers);
  const peer = fc.constantFrom(...peers);
  return fc.record(
    {
      producerId: producer,
      dataProducerId: producer,
      consumerId: consumer,
      consumerIds: fc.array(consumer, { maxLength: 3 }),
      dataConsumerId: consumer,
      transportId: fc.constantFrom(...transports),
      peerId: peer,
      ban: fc.constantFrom(true, 'forever', 60_000),
      role: fc.constantFrom(...ROLES),
      permissions: fc.constantFrom(
        {},
        { publish: false, subscribe: false },
        { moderate: true },
        { moderate: [POWERS[0]] },
      ),
      locked: fc.boolean(),
      source: fc.constantFrom(...SOURCES),
      except: fc.array(peer, { maxLength: 2 }),
      displayName: fc.constantFrom('Ada', 'Mallory'),
      raised: fc.boolean(),
      emoji: fc.constant('👍'),
      quality: fc.constantFrom('good', 'weak', 'lost'),
      views: fc.array(fc.record({ producerId: producer, off: fc.boolean() }), {
        maxLength: 3,
      }),
      spatialLayer: fc.nat(3),
      priority: fc.integer({ min: 1, max: 255 }),
      to: fc.array(peer, { minLength: 1, maxLength: 2 }),
      data: fc.constant('hello'),
    },
    { requiredKeys: [] },
  );
}

describe('requests of a guest over protoo', () => {
  let server: Server;
  const clients: ProtooClient[] = [];

  before(async () => {
    server = await startServer(tokensOnly);
  });

  after(async () => {
    await Promise.all(clients.map((it) => it.close()));
    await server.close();
  });

  async function enter(peerId: string, role: string) {
    const token = peerToken(peerId, { room: 'studio', role });
    const client = await ProtooClient.connect(
      server.url,
      'studio',
      peerId,
      bearing(token),
    );
    clients.push(client);
    await client.request('joinRoom', {
      roomId: 'studio',
      peerId,
      rtpCapabilities,
    });
    return client;
  }

  test('never change what others send, receive, hold or may do', async (t) => {
    const ada = await enter('ada', 'moderator');
    const bob = await enter('bob', 'member');
    const adas = await sendAudio(ada);
    const bobs = await sendAudio(bob);
    await bob.request('pauseProducer', { producerId: bobs.producerId });
    const received = await receive(bob, adas.producerId);
    await bob.request('resume', { consumerId: received.consumerId });
    const eve = await enter('eve', 'guest');
    const own = await sendAudio(eve);
    const room = server.registry.get('studio');
    const others = ['ada', 'bob'].map((id) => room.member(id));
    const state = () => stateOf(room, others);
    const before = state();
    const told = [ada, bob].map((it) => it.notifications.length);
    const ids: Ids = {
      producers: [adas.producerId, bobs.producerId],
      consumers: [received.consumerId],
      transports: others.flatMap(({ transports }) => [...transports.ids]),
      peers: ['ada', 'bob', 'nobody'],
    };
    const sequences = fc.array(
      fc.record({ method: fc.constantFrom(...methods), data: dataWith(ids) }),
      { minLength: 1, maxLength: 12 },
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const results = await Promise.allSettled(
          sequence.map(({ method, data }) => eve.request(method, data)),
        );
        refused += results.filter((it) => it.status === 'rejected').length;
        assert.deepEqual(state(), before);
      }),
      { numRuns: RUNS, seed: chooseSeed(t) },
    );
    assert.ok(refused > 0);
    for (const [index, client] of [ada, bob].entries()) {
      await client.request('ping');
      const moderated = client.notifications
        .slice(told[index])
        .filter(
          ({ method, data }) =>
            MODERATED.has(method) &&
            (data as { peerId?: string }).peerId !== 'eve',
        );
      assert.deepEqual(moderated, []);
    }
    // The guest is still there, and what it sends is its own.
    await eve.request('pauseProducer', { producerId: own.producerId });
  });
});

/** All that the other members of a room have and may. */
function stateOf(room: Room, others: readonly Peer[]): unknown {
  return {
    room: room.settings.info,
    closed: room.closed,
    others: others.map((peer) => ({
      closed: peer.closed,
      info: peer.info(),
      grants: peer.grants,
      holdings: peer.holdings,
      ids: [
        peer.transports.ids,
        peer.producers.ids,
        peer.consumers.ids,
        peer.dataProducers.ids,
        peer.dataConsumers.ids,
      ],
    })),
  };
}
