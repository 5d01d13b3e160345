import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { openGrants } from '../../lib/auth/Grants.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { audioParameters, videoParameters } from '../../tools/fixtures/rtp.ts';
import { describeLayouts, transportsInWorkers } from '../support/layouts.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';

function audio() {
  return {
    kind: 'audio' as const,
    rtpParameters: audioParameters(),
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
          rtpParameters: parameters,
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

  test('refuse a track from a source that the token does not grant', async () => {
    const grants = { ...openGrants('eve'), publish: ['camera' as const] };
    const room = rooms.registry.get(ada.roomId);
    const { peer: eve } = room.join({ ...peerOptions('eve'), grants });
    await eve.transports.create('send');
    await assert.rejects(eve.producers.open(audio()), {
      code: 'FORBIDDEN',
      message:
        'permissions: expected publish of "mic", which the client does not have',
    });
    assert.deepEqual(eve.producers.ids, []);
    eve.close('left');
    ada.close('left');
  });

  test('announce to the others alone that a track is paused or resumed', async () => {
    const room = rooms.registry.get(ada.roomId);
    const { peer: bob } = room.join(peerOptions('bob'));
    await ada.transports.create('send');
    const { producerId } = await ada.producers.open(audio());
    const [toAda, toBob] = [heardBy(ada), heardBy(bob)];
    const before = [toAda.length, toBob.length] as const;
    await ada.producers.pause(producerId);
    await ada.producers.resume(producerId);
    assert.deepEqual(toBob.slice(before[1]), [
      { type: 'producerPaused', peerId: 'ada', producerId },
      { type: 'producerResumed', peerId: 'ada', producerId },
    ]);
    assert.deepEqual(toAda.slice(before[0]), []);
    ada.close('left');
    bob.close('left');
  });

  test('free the place of their appData when they close', async () => {
    const limit = 4_096;
    const tight = await Rooms.open({
      ...layout,
      limits: { appDataBytesPerPeer: limit },
    });
    const { peer } = await tight.join('tight', 'ada');
    await peer.transports.create('send', { enableSctp: true });
    const appData = { note: 'x'.repeat(limit - 16) };
    const channel = { sctpStreamParameters: { streamId: 1 }, appData };
    const openings = [
      async () =>
        (await peer.producers.open({ ...audio(), appData })).producerId,
      async () => (await peer.dataProducers.open(channel)).dataProducerId,
    ] as const;
    for (const round of [1, 2]) {
      for (const open of openings) {
        const opened = await open();
        for (const other of openings) {
          await assert.rejects(other(), { code: 'LIMIT_REACHED' }, `${round}`);
        }
        if (open === openings[0]) {
          peer.producers.close(opened);
        } else {
          peer.dataProducers.close(opened);
        }
      }
    }
    await tight.close();
  });
});
