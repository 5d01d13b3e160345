import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import type { types } from 'mediasoup';

import { rtpCapabilities, videoParameters } from '../../tools/fixtures/rtp.ts';
import { describeLayouts } from '../support/layouts.ts';
import { Rooms } from '../support/rooms.ts';

describeLayouts('consumable parameters of a producer', (layout) => {
  let rooms: Rooms;

  before(async () => {
    rooms = await Rooms.open(layout);
  });

  after(() => rooms.close());

  test('are one object, which its consumers leave as it is', async () => {
    const { peer: ada } = await rooms.join('room', 'ada');
    await ada.transports.create('send');
    const transport = ada.transports.pick('send', undefined);
    const opened = once(transport.observer, 'newproducer');
    const { producerId } = await ada.producers.open({
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    const [producer] = (await opened) as [types.Producer];
    const parameters = producer.consumableRtpParameters;
    const before = structuredClone(parameters);

    const { codecs = [], headerExtensions = [] } = rtpCapabilities;
    const plain = codecs.map((codec) => ({ ...codec, rtcpFeedback: [] }));
    const received = [];
    for (const [name, capabilities] of [
      ['bob', { codecs: plain, headerExtensions: [] }],
      ['eve', { codecs, headerExtensions }],
    ] as const) {
      const { peer } = await rooms.join('room', name);
      await peer.transports.create('recv');
      const { rtpParameters } = await peer.consumers.open({
        producerId,
        rtpCapabilities: {
          codecs: [...capabilities.codecs],
          headerExtensions: [...capabilities.headerExtensions],
        },
      });
      received.push(rtpParameters);
    }
    const [bob, eve] = received;
    assert.deepEqual(bob?.codecs[0]?.rtcpFeedback, []);
    assert.ok((eve?.codecs[0]?.rtcpFeedback ?? []).length > 0);
    assert.deepEqual(bob?.headerExtensions, []);
    assert.ok((eve?.headerExtensions ?? []).length > 0);
    assert.equal(producer.consumableRtpParameters, parameters);
    assert.deepEqual(parameters, before);
  });
});
