import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { types } from 'mediasoup';

import type { Peer } from '../../lib/rooms/Peer.ts';
import { audioParameters, videoParameters } from '../../tools/fixtures/rtp.ts';
import { describeLayouts, transportsInWorkers } from '../support/layouts.ts';
import { Rooms } from '../support/rooms.ts';

function audio() {
  return {
    kind: 'audio' as const,
    rtpParameters: audioParameters() as types.RtpParameters,
  };
}

describeLayouts('the producers of a peer', (layout) => {
  let rooms: Rooms;
  let number = 0;
  let ada: Peer;

  before(async () => {
    rooms = await Rooms.open(layout);
  });

  after(() => rooms.close());

  beforeEach(async () => {
    number += 1;
    ({ peer: ada } = await rooms.join(`room-${number}`, 'ada'));
  });

  test('refuse a track whose codecs are of another kind', async () => {
    await ada.transports.create('send');
    const before = (await transportsInWorkers(rooms.server)).length;
    for (const [kind, parameters, other] of [
      ['video', audioParameters(), 'audio/opus'],
      ['audio', videoParameters(), 'video/VP8'],
    ] as const) {
      await assert.rejects(
        ada.producers.open({
          kind,
          rtpParameters: parameters as types.RtpParameters,
        }),
        {
          code: 'VALIDATION_ERROR',
          message: `rtpParameters.codecs: expected codecs of kind "${kind}", got ${other}`,
        },
      );
    }
    assert.deepEqual(ada.producers.ids, []);
    assert.equal((await transportsInWorkers(rooms.server)).length, before);
    ada.close('left');
  });

  test('refuse a track with the same codec twice, which no client could receive', async () => {
    await ada.transports.create('send');
    const { rtpParameters } = audio();
    const [opus] = rtpParameters.codecs;
    assert.ok(opus);
    const twins = [opus, { ...opus, payloadType: opus.payloadType + 1 }];
    await assert.rejects(
      ada.producers.open({
        kind: 'audio',
        rtpParameters: { ...rtpParameters, codecs: twins },
      }),
      {
        code: 'MEDIA_REJECTED',
        message:
          'rtpParameters.codecs: expected each codec once, got audio/opus twice',
      },
    );
    assert.deepEqual(ada.producers.ids, []);
    await ada.producers.open(audio());
    ada.close('left');
  });
});
