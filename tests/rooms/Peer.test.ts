import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { types } from 'mediasoup';

import { AppError } from '../../lib/core/errors.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { describeLayouts, transportsInWorkers } from '../support/layouts.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';

function sound() {
  return {
    kind: 'audio' as const,
    rtpParameters: audioParameters() as types.RtpParameters,
  };
}

describeLayouts('a peer', (layout) => {
  let rooms: Rooms;
  let number = 0;
  let ada: Peer;
  let bob: Peer;

  before(async () => {
    rooms = await Rooms.open(layout);
  });

  after(() => rooms.close());

  beforeEach(async () => {
    number += 1;
    ({ peer: ada } = await rooms.join(`room-${number}`, 'ada'));
    ({ peer: bob } = await rooms.join(`room-${number}`, 'bob'));
  });

  /** The number of transports in the workers. */
  async function countTransports(): Promise<number> {
    return (await transportsInWorkers(rooms.server)).length;
  }

  test('shows the others its hand, its reactions and its metadata', async () => {
    const eve = await rooms.join(`room-${number}`, 'eve');
    const heard = heardBy(ada);
    heard.length = 0;
    ada.profile.react('👍');
    ada.profile.setMetadata({ seat: 4 });
    ada.profile.raiseHand(true);
    const { handRaisedAt } = ada.profile;
    ada.profile.raiseHand(true);
    ada.profile.raiseHand(false);
    assert.deepEqual(eve.events, [
      { type: 'reaction', peerId: 'ada', emoji: '👍' },
      { type: 'peerUpdated', peerId: 'ada', metadata: { seat: 4 } },
      { type: 'peerUpdated', peerId: 'ada', handRaisedAt },
      { type: 'peerUpdated', peerId: 'ada', handRaisedAt: null },
    ]);
    assert.deepEqual(heard, []);
    ada.regrant({ ...ada.grants, metadata: false, raiseHand: false });
    for (const act of [
      () => ada.profile.react('👍'),
      () => ada.profile.setMetadata({}),
      () => ada.profile.raiseHand(true),
    ]) {
      assert.throws(act, { code: 'FORBIDDEN' });
    }
    assert.deepEqual(ada.profile.metadata, { seat: 4 });
  });

  /** The error code when something closes during a request. */
  async function refusalOf(
    request: Promise<unknown>,
    close: () => void,
  ): Promise<[code: unknown, message: string]> {
    close();
    const error: unknown = await request.then(
      () => assert.fail('granted'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof AppError);
    return [error.code, error.message];
  }

  test('learns what closed during its request, and keeps nothing', async () => {
    const sending = await ada.transports.create('send', { enableSctp: true });
    const data = { sctpStreamParameters: { streamId: 1 } };
    const noTransport = [
      'TRANSPORT_NOT_FOUND',
      'transportId: closed during the request',
    ];
    const close = () => ada.transports.close(sending.transportId);
    const produces = [
      ada.producers.open(sound()),
      ada.dataProducers.open(data),
      ada.transports.stats(sending.transportId),
      ada.transports.restartIce(sending.transportId),
    ];
    const refused = produces.map((it) => refusalOf(it, () => undefined));
    close();
    for (const it of refused) {
      assert.deepEqual(await it, noTransport);
    }
    assert.deepEqual([ada.producers.ids, ada.dataProducers.ids], [[], []]);
    // The place of the microphone is free again.
    await ada.transports.create('send', { enableSctp: true });
    const mic = { ...sound(), appData: { source: 'mic' } };
    const { producerId } = await ada.producers.open(mic);
    const { dataProducerId } = await ada.dataProducers.open(data);

    const consume = () => bob.consumers.open({ producerId, rtpCapabilities });
    const consumeData = () => bob.dataConsumers.open({ dataProducerId });
    const receive = () => bob.transports.create('recv', { enableSctp: true });
    for (const ask of [consume, consumeData]) {
      const { transportId } = await receive();
      assert.deepEqual(
        await refusalOf(ask(), () => bob.transports.close(transportId)),
        noTransport,
      );
    }
    await receive();
    assert.deepEqual(
      await refusalOf(consume(), () => ada.producers.close(producerId)),
      ['PRODUCER_NOT_FOUND', 'producerId: closed during the request'],
    );
    assert.deepEqual(
      await refusalOf(consumeData(), () =>
        ada.dataProducers.close(dataProducerId),
      ),
      ['DATA_PRODUCER_NOT_FOUND', 'dataProducerId: closed during the request'],
    );
    assert.deepEqual([bob.consumers.ids, bob.dataConsumers.ids], [[], []]);
    for (const { consumers } of rooms.server.pool.alive) {
      assert.equal(consumers, 0);
    }
    ada.close('left');
    bob.close('left');
  });

  test('counts its media objects', async () => {
    const sending = await ada.transports.create('send');
    await ada.transports.create('recv');
    const { producerId } = await ada.producers.open(sound());
    const { consumerId } = await ada.consumers.open({
      producerId,
      rtpCapabilities,
    });
    assert.deepEqual(ada.holdings, {
      transports: 2,
      producers: { audio: 1, video: 0, active: 1 },
      consumers: { audio: 1, video: 0, active: 0 },
      dataProducers: 0,
      dataConsumers: 0,
    });
    assert.deepEqual(
      [ada.producers.ids, ada.consumers.ids],
      [[producerId], [consumerId]],
    );
    ada.consumers.close(consumerId);
    ada.producers.close(producerId);
    assert.deepEqual([ada.producers.ids, ada.consumers.ids], [[], []]);
    await ada.transports.connect(sending.transportId, dtlsParameters);
    ada.close('left');
    bob.close('left');
    assert.deepEqual(ada.holdings, {
      transports: 0,
      producers: { audio: 0, video: 0, active: 0 },
      consumers: { audio: 0, video: 0, active: 0 },
      dataProducers: 0,
      dataConsumers: 0,
    });
    assert.equal(await countTransports(), 0);
  });

  test('closes a transport with its producers and consumers, and keeps the rest', async () => {
    const room = rooms.registry.get(ada.roomId);
    const { peer: watcher } = room.join({
      ...peerOptions('watcher'),
      watchesConsumers: true,
    });
    const sending = await ada.transports.create('send');
    const receiving = await ada.transports.create('recv');
    const { producerId } = await ada.producers.open(sound());
    await bob.transports.create('send');
    const { producerId: bobs } = await bob.producers.open(sound());
    const { consumerId } = await ada.consumers.open({
      producerId: bobs,
      rtpCapabilities,
    });
    const heard = heardBy(watcher);
    ada.transports.close(receiving.transportId);
    assert.deepEqual(
      [ada.producers.ids, ada.consumers.ids],
      [[producerId], []],
    );
    ada.transports.close(sending.transportId);
    assert.deepEqual(ada.producers.ids, []);
    assert.deepEqual(heard.slice(-2), [
      {
        type: 'consumerClosed',
        peerId: 'ada',
        consumerId,
        producerId: bobs,
        kind: 'audio',
      },
      { type: 'producerClosed', peerId: 'ada', producerId },
    ]);
    assert.throws(() => ada.transports.close(sending.transportId), {
      code: 'TRANSPORT_NOT_FOUND',
    });
    assert.deepEqual(bob.producers.ids, [bobs]);
    room.close('shutdown');
    assert.equal(await countTransports(), 0);
  });

  test('learns the codec of a track that it cannot receive', async () => {
    await ada.transports.create('send');
    const { producerId } = await ada.producers.open({
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    await bob.transports.create('recv');
    const { codecs = [], headerExtensions } = rtpCapabilities;
    for (const able of [
      [],
      codecs.filter(({ mimeType }) => mimeType !== 'video/VP8'),
      // Retransmissions are worth nothing alone.
      codecs.filter(({ mimeType }) => mimeType === 'video/rtx'),
    ]) {
      await assert.rejects(
        bob.consumers.open({
          producerId,
          rtpCapabilities: { codecs: able, headerExtensions },
        }),
        {
          code: 'MEDIA_REJECTED',
          message:
            /^rtpCapabilities: expected a codec that the producer sends \(video\/VP8.*\), got none$/,
        },
      );
    }
    assert.deepEqual(bob.consumers.ids, []);
    ada.close('left');
    bob.close('left');
  });

  test('has no access to the objects of others', async () => {
    const { transportId } = await bob.transports.create('send');
    await bob.transports.create('recv');
    const { producerId } = await bob.producers.open(sound());
    const { consumerId } = await bob.consumers.open({
      producerId,
      rtpCapabilities,
    });
    const attempts: [attempt: () => unknown, code: string][] = [
      [() => ada.transports.restartIce(transportId), 'TRANSPORT_NOT_FOUND'],
      [
        () => ada.transports.connect(transportId, dtlsParameters),
        'TRANSPORT_NOT_FOUND',
      ],
      [
        () => ada.producers.open({ ...sound(), transportId }),
        'TRANSPORT_NOT_FOUND',
      ],
      [async () => ada.producers.close(producerId), 'PRODUCER_NOT_FOUND'],
      [() => ada.producers.pause(producerId), 'PRODUCER_NOT_FOUND'],
      [() => ada.producers.resume(producerId), 'PRODUCER_NOT_FOUND'],
      [async () => ada.consumers.close(consumerId), 'CONSUMER_NOT_FOUND'],
      [() => ada.consumers.pause(consumerId), 'CONSUMER_NOT_FOUND'],
      [() => ada.consumers.resume(consumerId), 'CONSUMER_NOT_FOUND'],
    ];
    for (const [attempt, code] of attempts) {
      await assert.rejects(async () => attempt(), { code });
    }
    await bob.producers.pause(producerId);
    await bob.consumers.resume(consumerId);
    ada.close('left');
    bob.close('left');
  });

  test('keeps nothing that opened while it left', async () => {
    const before = await countTransports();
    const opening = ada.transports.create('send');
    ada.close('disconnected');
    await assert.rejects(opening, {
      code: 'PEER_CLOSED',
      message: 'the peer left while the request was pending',
    });
    assert.equal(await countTransports(), before);
    bob.close('left');
  });

  const endings: Record<string, () => void> = {
    'it leaves': () => ada.close('left'),
    'its room closes': () => rooms.registry.get(ada.roomId).close('shutdown'),
  };
  for (const [what, end] of Object.entries(endings)) {
    test(`has every pending request refused with PEER_CLOSED when ${what}`, async () => {
      const withData = { enableSctp: true };
      const data = (streamId: number) => ({
        sctpStreamParameters: { streamId },
      });
      const { transportId } = await ada.transports.create('send', withData);
      await ada.transports.create('recv', withData);
      const { producerId } = await ada.producers.open(sound());
      const { dataProducerId } = await ada.dataProducers.open(data(1));
      await bob.transports.create('send', withData);
      const theirs = await bob.producers.open(sound());
      const { consumerId } = await ada.consumers.open({
        producerId: theirs.producerId,
        rtpCapabilities,
      });
      const { dataConsumerId } = await ada.dataConsumers.open({
        dataProducerId: (await bob.dataProducers.open(data(1))).dataProducerId,
      });
      const pending = Promise.allSettled([
        ada.transports.create('send'),
        ada.transports.connect(transportId, dtlsParameters),
        ada.transports.restartIce(transportId),
        ada.transports.stats(transportId),
        ada.producers.open(sound()),
        ada.producers.pause(producerId),
        ada.producers.stats(producerId),
        ada.consumers.open({
          producerId: theirs.producerId,
          rtpCapabilities,
        }),
        ada.consumers.resume(consumerId),
        ada.consumers.stats(consumerId),
        ada.dataProducers.open(data(2)),
        ada.dataProducers.stats(dataProducerId),
        ada.dataConsumers.open({ dataProducerId }),
        ada.dataConsumers.stats(dataConsumerId),
      ]);
      end();
      for (const [index, outcome] of (await pending).entries()) {
        assert.ok(outcome.status === 'rejected', `${index} was granted`);
        assert.ok(outcome.reason instanceof AppError, `${index}`);
        assert.deepEqual(
          [outcome.reason.code, outcome.reason.status],
          ['PEER_CLOSED', 410],
          `request ${index}`,
        );
      }
      bob.close('left');
    });
  }

  test('learns that a track is gone whose sender left during its request', async () => {
    await ada.transports.create('send');
    const { producerId } = await ada.producers.open(sound());
    await bob.transports.create('recv');
    assert.deepEqual(
      await refusalOf(bob.consumers.open({ producerId, rtpCapabilities }), () =>
        ada.close('left'),
      ),
      ['PRODUCER_NOT_FOUND', 'producerId: closed during the request'],
    );
    bob.close('left');
  });

  test('announces no track that was not ready when it left', async () => {
    await ada.transports.create('send');
    const producing = ada.producers.open(sound());
    ada.close('left');
    await assert.rejects(producing, { code: 'PEER_CLOSED' });
    const room = rooms.registry.get(bob.roomId);
    assert.equal(room.peers.size, 1);
    assert.equal(await countTransports(), 0);
    bob.close('left');
  });

  test('connects a transport once, even if requested twice at once', async () => {
    const { transportId } = await ada.transports.create('recv');
    const connect = () => ada.transports.connect(transportId, dtlsParameters);
    const outcomes = await Promise.allSettled([connect(), connect()]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    await assert.rejects(connect(), { code: 'TRANSPORT_CONNECTED' });
    ada.close('left');
    bob.close('left');
  });

  test('keeps no answers once it has left', async () => {
    const serve = () => Promise.resolve({ answer: 'any' });
    await ada.answers.once('key', 'request', serve);
    assert.ok(ada.answers.cost > 0);
    ada.close('left');
    assert.equal(ada.answers.cost, 0);
    await ada.answers.once('late', 'request', serve);
    assert.equal(ada.answers.cost, 0);
  });

  test('shows its display name, or its id', async () => {
    const { peerId, displayName, device, producers } = ada.info();
    assert.deepEqual(
      { peerId, displayName, device, producers },
      { peerId: 'ada', displayName: 'ada', device: {}, producers: [] },
    );
    assert.ok(Math.abs(ada.info().joinedAt - Date.now()) < 60_000);
    ada.close('left');
    bob.close('left');
  });
});
