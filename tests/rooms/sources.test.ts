import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { types } from 'mediasoup';

import type { Peer } from '../../lib/rooms/Peer.ts';
import { namedSource } from '../../lib/rooms/sources.ts';
import { describeLayouts } from '../support/layouts.ts';
import { Rooms } from '../support/rooms.ts';
import { audioParameters, videoParameters } from '../../tools/fixtures/rtp.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

describeLayouts('the source of a track', (layout) => {
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
    await ada.transports.create('send');
  });

  function send(kind: types.MediaKind, source?: unknown) {
    const parameters = kind === 'audio' ? audioParameters() : videoParameters();
    return ada.producers.open({
      kind,
      rtpParameters: parameters,
      appData: source === undefined ? {} : { source },
    });
  }

  for (const [kind, source] of [
    ['video', 'mic'],
    ['video', 'webcam'],
    ['audio', 'screen'],
    ['audio', ''],
    ['audio', null],
    ['audio', ['mic']],
    ['audio', 'toString'],
  ] as const) {
    test(`may not be ${JSON.stringify(source)} for ${kind}`, async () => {
      assert.equal(namedSource(kind, { source }), undefined);
      const usual = kind === 'audio' ? 'mic' : 'camera';
      await send(kind, usual);
      const info = await send(kind, source);
      assert.deepEqual(info.appData, { source });
      assert.equal(info.source, usual);
      await assert.rejects(send(kind, usual), { code: 'LIMIT_REACHED' });
    });
  }

  test('is unique among the tracks of a peer', async () => {
    await send('audio', 'mic');
    await send('audio', 'screen-audio');
    await send('video', 'screen');
    const camera = await send('video', 'camera');
    const full = {
      code: 'LIMIT_REACHED',
      message:
        'limits.producersPerSource: expected at most 1 tracks of source "camera" that one peer sends, and that many exist',
    };
    await assert.rejects(send('video', 'camera'), full);
    ada.producers.close(camera.producerId);
    await send('video', 'camera');
    await assert.rejects(send('video', 'camera'), full);

    const { peer: bob } = await rooms.join(ada.roomId, 'bob');
    await bob.transports.create('send');
    await bob.producers.open({
      kind: 'video',
      rtpParameters: videoParameters(),
      appData: { source: 'camera' },
    });
  });

  test('is unique among tracks requested at the same time', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => send('video', 'camera')),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected'],
    );
    assert.equal(ada.producers.ids.length, 1);
  });

  test('is free again if its track could not be created', async () => {
    const parameters = videoParameters();
    const broken = { ...parameters, encodings: [{}, {}] };
    await assert.rejects(
      ada.producers.open({
        kind: 'video',
        rtpParameters: broken,
        appData: { source: 'camera' },
      }),
      { code: 'MEDIA_REJECTED' },
    );
    await send('video', 'camera');
  });

  test('may be shared by as many tracks as configured', async () => {
    rooms.server.reconfigure(testConfig({ limits: { producersPerSource: 2 } }));
    await send('video', 'camera');
    await send('video', 'camera');
    await assert.rejects(send('video', 'camera'), { code: 'LIMIT_REACHED' });
    rooms.server.reconfigure(testConfig());
  });

  test('is optional for clients without sources', async () => {
    await send('video', 'camera');
    await send('video');
    await send('video');
    assert.equal(ada.producers.ids.length, 3);
  });
});
