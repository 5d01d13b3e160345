import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { Leftovers } from '../../support/leftovers.ts';
import { protoo } from '../../support/protooContract.ts';
import { until } from '../../support/until.ts';
import { View } from '../../support/View.ts';

const PEERS = 10;
const ROUNDS = 4;

describeLayouts('many who join in one request', ({ workers, rooms }) => {
  let server: Server;
  let leftovers: Leftovers;

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, resumeTimeout: 0, layerReleaseDelay: 600_000 },
    });
    leftovers = new Leftovers(server);
  });

  after(() => server.close());

  /** Joins, sends two tracks, takes one back, and perhaps leaves. */
  async function live(
    room: string,
    index: number,
  ): Promise<ProtooClient | undefined> {
    const client = await ProtooClient.connect(
      server.url,
      room,
      `peer-${index}`,
    );
    await client.request('joinRoom', {
      roomId: room,
      peerId: client.peerId,
      rtpCapabilities,
      transports: ['send', 'recv'],
      subscribe: index % 3 === 2 ? { kinds: ['audio'] } : 'auto',
    });
    const [audio] = await Promise.all([
      client.request('produce', {
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      client.request('produce', {
        kind: 'video',
        rtpParameters: videoParameters(),
      }),
    ]);
    if (index % 2 === 0) {
      await client.request('closeProducer', audio);
    }
    if (index % 5 === 0) {
      client.socket.terminate();
      return undefined;
    }
    if (index % 5 === 1) {
      await client.request('leaveRoom');
      await client.close();
      return undefined;
    }
    return client;
  }

  /** The producers that a client has consumers of, with the number of them. */
  function consumed(client: ProtooClient): Map<string, number> {
    const counts = new Map<string, number>();
    const count = (consumers: { producerId: string }[]): void => {
      for (const { producerId } of consumers) {
        counts.set(producerId, (counts.get(producerId) ?? 0) + 1);
      }
    };
    for (const { method, data } of client.frames) {
      if (method === 'consumerOpened') {
        count([data as { producerId: string }]);
      } else if (method === undefined) {
        count(
          (data as { consumers?: { producerId: string }[] }).consumers ?? [],
        );
      }
    }
    return counts;
  }

  test('each learn of all others in order, and receive each track once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = `crowd-${round}`;
      const lives = await Promise.all(
        Array.from({ length: PEERS }, (_, index) => live(room, index)),
      );
      const present = lives.filter((client) => client !== undefined);
      const { peers } = server.registry.get(room);
      await until('those who left to be gone', () => {
        return peers.size === present.length;
      });
      for (const client of present) {
        await until(`${client.peerId} to know the others`, async () => {
          await client.request('ping');
          const view = View.after(protoo.happenings(client));
          const others = Array.from(peers.values(), (peer) => peer.info());
          return others
            .filter(({ peerId }) => peerId !== client.peerId)
            .every(({ peerId, producers }) => {
              const known = view.peers.get(peerId) ?? new Set();
              return (
                known.size === producers.length &&
                producers.every(({ producerId }) => known.has(producerId))
              );
            });
        });
        const counts = consumed(client);
        assert.ok(Array.from(counts.values()).every((count) => count === 1));
        const [subscribes] = /[258]$/.exec(client.peerId) ?? [];
        for (const peer of peers.values()) {
          for (const { producerId, kind } of peer.info().producers) {
            const wanted = subscribes === undefined || kind === 'audio';
            if (peer.id !== client.peerId) {
              assert.equal(counts.has(producerId), wanted, client.peerId);
            }
          }
        }
      }
      for (const client of present) {
        await client.close();
      }
    }
    await leftovers.assertNone();
  });
});
