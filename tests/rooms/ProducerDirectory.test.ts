import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Peer } from '../../lib/rooms/Peer.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { get } from '../support/http.ts';
import { Exposition } from '../support/prometheus.ts';
import { Rooms } from '../support/rooms.ts';

describe('a directory of producers', () => {
  let rooms: Rooms;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  async function send(peer: Peer): Promise<string> {
    await peer.transports.create('send');
    const { producerId } = await peer.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    return producerId;
  }

  async function receive(peer: Peer, producerId: string): Promise<void> {
    await peer.transports.create('recv');
    await peer.consumers.open({ producerId, rtpCapabilities });
  }

  /** The number of producers whose wait for a consumer was measured. */
  async function measured(): Promise<number> {
    const { body } = await get(rooms.server.url, '/metrics');
    const name = 'atrium_first_consumer_seconds_count';
    return new Exposition(body).sum(name, { kind: 'audio' }) || 0;
  }

  test('measures the wait for the first consumer of a producer, and no other', async () => {
    const { peer: ada } = await rooms.join('room', 'ada');
    const early = await send(ada);
    const { peer: bob } = await rooms.join('room', 'bob');
    const { peer: eve } = await rooms.join('room', 'eve');
    // Without another member there was no one to wait for.
    await receive(bob, early);
    assert.equal(await measured(), 0);
    ada.transports.closeAll();
    const producerId = await send(ada);
    await receive(eve, producerId);
    assert.equal(await measured(), 1);
    await bob.consumers.open({ producerId, rtpCapabilities });
    assert.equal(await measured(), 1);
  });
});
