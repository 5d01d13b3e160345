import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { countTracks } from '../../lib/rooms/holdings.ts';
import { roomStats } from '../../lib/rooms/roomStats.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import { peerOptions, Rooms } from '../support/rooms.ts';

describe('the counts of tracks', () => {
  test('are by kind, and say how many are not paused', () => {
    assert.deepEqual(
      countTracks([
        { kind: 'audio', paused: false },
        { kind: 'audio', paused: true },
        { kind: 'video', paused: false },
      ]),
      { audio: 2, video: 1, active: 2 },
    );
  });
});

describe('the statistics of rooms', () => {
  let rooms: Rooms;

  before(async () => {
    rooms = await Rooms.open();
  });

  after(() => rooms.close());

  test('add up what the peers hold, in all and by gateway', async () => {
    const { peer: ada } = await rooms.enter('busy', 'ada');
    const room = rooms.registry.get('busy');
    const { peer: bob } = room.join({ ...peerOptions('bob'), gateway: 'b' });
    room.join({ ...peerOptions('eve'), gateway: 'b' });
    await rooms.registry.create({ network: 'here' });
    await ada.transports.create('send', { enableSctp: true });
    await bob.transports.create('recv', { enableSctp: true });
    const { producerId } = await ada.producers.open({
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await ada.producers.open({
      kind: 'video',
      rtpParameters: videoParameters(),
      paused: true,
    });
    await bob.consumers.open({ producerId, rtpCapabilities });
    const { dataProducerId } = await ada.dataProducers.open({
      sctpStreamParameters: { streamId: 1 },
    });
    await bob.dataConsumers.open({ dataProducerId });

    const none = { audio: 0, video: 0, active: 0 };
    const ofTest = {
      peers: 1,
      activePeers: 1,
      transports: 1,
      producers: { audio: 1, video: 1, active: 1 },
      consumers: none,
      dataProducers: 1,
      dataConsumers: 0,
    };
    const ofB = {
      peers: 2,
      activePeers: 0,
      transports: 1,
      producers: none,
      consumers: { audio: 1, video: 0, active: 0 },
      dataProducers: 0,
      dataConsumers: 1,
    };
    const ofUnused = {
      peers: 0,
      activePeers: 0,
      transports: 0,
      producers: none,
      consumers: none,
      dataProducers: 0,
      dataConsumers: 0,
    };
    assert.deepEqual(roomStats(rooms.registry, ['unused']), {
      rooms: 2,
      activeRooms: 1,
      routers: 2,
      pipes: 0,
      all: {
        peers: 3,
        activePeers: 1,
        transports: 2,
        producers: ofTest.producers,
        consumers: ofB.consumers,
        dataProducers: 1,
        dataConsumers: 1,
      },
      byGateway: new Map(
        Object.entries({ unused: ofUnused, test: ofTest, b: ofB }),
      ),
    });
  });
});
