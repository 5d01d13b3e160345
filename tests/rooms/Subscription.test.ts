import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, beforeEach, describe, test } from 'node:test';

import type { Peer } from '../../lib/rooms/Peer.ts';
import type { SubscriptionFilter } from '../../lib/rooms/Subscription.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import { layouts } from '../../tools/fixtures/layouts.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import type { Heard } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { kill } from '../support/workers.ts';

for (const [how, layout] of Object.entries(layouts)) {
  describe(`a subscription, ${how}`, () => {
    let rooms: Rooms;
    let number = 0;
    let room: string;
    let sender: Peer;

    before(async () => {
      rooms = await Rooms.open({
        ...layout,
        rooms: { ...layout.rooms, layerReleaseDelay: 600_000 },
      });
    });

    after(() => rooms.close());

    beforeEach(async () => {
      number += 1;
      room = `room-${number}`;
      ({ peer: sender } = await rooms.enter(room, 'sender'));
      await sender.transports.create('send');
    });

    /** Adds a peer that subscribes, whose media is not set up yet. */
    function enter(id: string, subscribe: SubscriptionFilter = {}): Peer {
      const { peer } = rooms.registry.get(room).join({
        ...peerOptions(id),
        rtpCapabilities,
        media: {
          transports: [{ direction: 'send' }, { direction: 'recv' }],
          subscribe,
        },
      });
      return peer;
    }

    async function send(from = sender): Promise<string> {
      const { producerId } = await from.producers.open({
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
      return producerId;
    }

    /** Waits for an event of a type, past or to come. */
    function heard<Type extends Heard['type']>(events: Heard[], type: Type) {
      return until(type, () =>
        events.find(
          (event): event is Extract<Heard, { type: Type }> =>
            event.type === type,
        ),
      );
    }

    /** The events about one producer, as types. */
    function about(events: Heard[], producerId: string): string[] {
      return events
        .filter((event) => {
          switch (event.type) {
            case 'producerOpened':
              return event.producer.producerId === producerId;
            case 'subscribed':
              return event.consumer.producerId === producerId;
            case 'producerPaused':
            case 'producerResumed':
            case 'producerClosed':
              return event.producerId === producerId;
            default:
              return false;
          }
        })
        .map(({ type }) => type);
    }

    /** Lets all that the workers have been asked for come in. */
    async function settle(): Promise<void> {
      for (let turn = 0; turn < 3; turn += 1) {
        await Promise.all(
          rooms.server.pool.alive.map(({ worker }) => worker.dump()),
        );
      }
    }

    test('consumes what is sent at the join with it, and later producers by events', async () => {
      const before = await send();
      const receiver = enter('receiver');
      const meanwhile = await send();
      const { transports = [], consumers } = await receiver.setUpMedia();
      const events = heardBy(receiver);
      assert.deepEqual(
        transports.map(({ direction }) => direction),
        ['send', 'recv'],
      );
      assert.deepEqual(
        consumers.map(({ producerId, paused }) => [producerId, paused]),
        [[before, true]],
      );
      const { consumer } = await heard(events, 'subscribed');
      assert.equal(consumer.producerId, meanwhile);
      assert.ok(receiver.consumers.has(consumer.consumerId));
      assert.equal(receiver.consumers.ids.length, 2);
      rooms.registry.get(room).close('shutdown');
    });

    test('passes over a view whose producer closes while it is consumed', async () => {
      const [leaving, staying] = [await send(), await send()];
      const { peer: receiver } = rooms.registry.get(room).join({
        ...peerOptions('receiver'),
        rtpCapabilities,
      });
      await receiver.transports.create('recv');
      const events = heardBy(receiver);
      const size = { width: 320, height: 180 };
      const views = receiver.views.set([
        { producerId: leaving, size },
        { producerId: staying, size },
      ]);
      // Until then all promises are kept that wait for no worker.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve);
      });
      sender.producers.close(leaving);
      await views;
      assert.deepEqual(about(events, leaving), ['producerClosed']);
      assert.deepEqual(about(events, staying), ['subscribed']);
      rooms.registry.get(room).close('shutdown');
    });

    test('pushes nothing before there is a transport', async () => {
      const receiver = enter('receiver');
      const events = heardBy(receiver);
      const producerId = await send();
      await settle();
      assert.deepEqual(about(events, producerId), []);
      await sender.producers.pause(producerId);
      await receiver.setUpMedia();
      const { consumer } = await heard(events, 'subscribed');
      assert.equal(consumer.producerPaused, true);
      assert.deepEqual(about(events, producerId), ['subscribed']);
      rooms.registry.get(room).close('shutdown');
    });

    test('does not mention a producer that closes before its consumer is open', async () => {
      const receiver = enter('receiver');
      const events = heardBy(receiver);
      const early = await send();
      sender.producers.close(early);
      await receiver.setUpMedia();
      const late = await send();
      sender.producers.close(late);
      const last = await send();
      await heard(events, 'subscribed');
      await settle();
      assert.deepEqual(about(events, early), []);
      assert.deepEqual(about(events, late), []);
      assert.deepEqual(about(events, last), ['subscribed']);
      assert.equal(receiver.consumers.ids.length, 1);
      rooms.registry.get(room).close('shutdown');
    });

    test('says nothing of a peer that leaves in the middle but that it left', async () => {
      const receiver = enter('receiver');
      await receiver.setUpMedia();
      const events = heardBy(receiver);
      const { peer: brief } = await rooms.enter(room, 'brief');
      await brief.transports.create('send');
      const producerId = await send(brief);
      brief.close('left');
      const last = await send();
      await heard(events, 'subscribed');
      await settle();
      assert.deepEqual(about(events, producerId), []);
      assert.deepEqual(
        events.map((event) => event.type),
        ['peerJoined', 'peerLeft', 'subscribed'],
      );
      assert.deepEqual(about(events, last), ['subscribed']);
      rooms.registry.get(room).close('shutdown');
    });

    test('announces what was about to be consumed on a transport that closes', async () => {
      const receiver = enter('receiver');
      const { transports = [] } = await receiver.setUpMedia();
      const events = heardBy(receiver);
      const producerId = await send();
      receiver.transports.close(transports[1]?.transportId ?? '');
      assert.deepEqual(about(events, producerId), ['producerOpened']);
      const later = await send();
      await settle();
      assert.deepEqual(about(events, producerId), ['producerOpened']);
      assert.deepEqual(about(events, later), ['producerOpened']);
      assert.deepEqual(receiver.consumers.ids, []);
      rooms.registry.get(room).close('shutdown');
    });

    test('ends with a peer that leaves during its join', async () => {
      await send();
      const receiver = enter('receiver');
      const setUp = receiver.setUpMedia();
      receiver.close('left');
      await assert.rejects(setUp, { code: 'PEER_CLOSED' });
      await settle();
      assert.deepEqual(
        [receiver.transports.size, receiver.consumers.ids],
        [0, []],
      );
      rooms.registry.get(room).close('shutdown');
    });

    test('consumes many producers at the join, and the rest after it', async () => {
      const { peer: busy } = await rooms.enter(room, 'busy');
      await busy.transports.create('send');
      const many = Array.from({ length: 8 }, () => send(busy));
      await Promise.all(many);
      for (let count = 0; count < 25; count += 1) {
        const { peer } = await rooms.enter(room, `sender-${count}`);
        await peer.transports.create('send');
        await Promise.all(Array.from({ length: 8 }, () => send(peer)));
      }
      const receiver = enter('receiver');
      const { consumers } = await receiver.setUpMedia();
      assert.equal(consumers.length, 200);
      const events = heardBy(receiver);
      await until('the other consumers', () => {
        const later = events.filter(({ type }) => type === 'subscribed');
        return later.length === 8;
      });
      assert.equal(receiver.consumers.ids.length, 208);
      rooms.registry.get(room).close('shutdown');
    });

    test('is kept when the worker dies, with new transports', async () => {
      const before = await send();
      const receiver = enter('receiver');
      const { transports: old = [] } = await receiver.setUpMedia();
      const events = heardBy(receiver);
      const { alive } = rooms.server.pool;
      await Promise.all(alive.map(({ worker }) => kill(worker)));
      const reset = await heard(events, 'mediaReset');
      assert.deepEqual(
        reset.transports?.map(({ direction }) => direction),
        ['send', 'recv'],
      );
      assert.notEqual(reset.transports?.[1]?.transportId, old[1]?.transportId);
      assert.deepEqual(about(events, before), ['producerClosed']);
      await sender.transports.create('send');
      const again = await send();
      const { consumer } = await heard(events, 'subscribed');
      assert.equal(consumer.producerId, again);
      rooms.registry.get(room).close('shutdown');
    });

    test('comes with the reset if the worker dies during the join', async () => {
      const receiver = enter('receiver');
      const events = heardBy(receiver);
      const { alive } = rooms.server.pool;
      for (const { worker } of alive) {
        process.kill(worker.pid, 'SIGSTOP');
      }
      const setUp = receiver.setUpMedia();
      await Promise.all(alive.map(({ worker }) => kill(worker)));
      assert.deepEqual(await setUp, { consumers: [] });
      const { transports } = await heard(events, 'mediaReset');
      assert.equal(transports?.length, 2);
      await sender.transports.create('send');
      const producerId = await send();
      await heard(events, 'subscribed');
      assert.deepEqual(about(events, producerId), ['subscribed']);
      rooms.registry.get(room).close('shutdown');
    });
  });
}

describe('a subscription over two routers', () => {
  test('starts anew with what goes on when only its own worker dies', async () => {
    const rooms = await Rooms.open(layouts['over two routers']);
    const { peer: sender } = await rooms.enter('room', 'sender');
    await sender.transports.create('send');
    const { producerId } = await sender.producers.open({
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    const room = rooms.registry.get('room');
    const { peer: receiver } = room.join({
      ...peerOptions('receiver'),
      rtpCapabilities,
      media: { transports: [{ direction: 'recv' }], subscribe: {} },
    });
    const { transports = [], consumers } = await receiver.setUpMedia();
    assert.equal(consumers.length, 1);
    const events = heardBy(receiver);
    const { transportId = '' } = transports[0] ?? {};
    const under = rooms.server.pool.alive.map(async (it) => {
      const { webRtcTransportIds } = await it.webRtcServer.dump();
      return webRtcTransportIds.includes(transportId) ? [it.worker] : [];
    });
    const [worker] = (await Promise.all(under)).flat();
    assert.ok(worker);
    await kill(worker);
    const subscribed = await until('a new consumer', () =>
      events.find((event) => event.type === 'subscribed'),
    );
    assert.equal(subscribed.consumer.producerId, producerId);
    assert.deepEqual(
      events
        .map(({ type }) => type)
        .filter((type) => ['mediaReset', 'subscribed'].includes(type)),
      ['mediaReset', 'subscribed'],
    );
    assert.equal(
      events.some(({ type }) => type === 'producerOpened'),
      false,
    );
    await rooms.close();
  });
});
