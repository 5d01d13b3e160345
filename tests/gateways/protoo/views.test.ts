import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { types } from 'mediasoup';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  simulcastParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';

describeLayouts('what a client has on its screen', ({ workers, rooms }) => {
  let server: Server;
  let number = 0;
  let room: string;
  let alice: ProtooClient;
  let bob: ProtooClient;
  /** As the media engine has them. */
  const consumers = new Map<string, types.Consumer>();

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, layerReleaseDelay: 600_000 },
      // The media engine then has what is wanted, whatever the bandwidth.
      rtc: { adaptLayers: false },
    });
    for (const { worker } of server.pool.alive) {
      worker.observer.on('newrouter', (router) => {
        router.observer.on('newtransport', (transport) => {
          transport.observer.on('newconsumer', (consumer) => {
            consumers.set(consumer.id, consumer);
          });
        });
      });
    }
  });

  after(() => server.close());

  /** Alice sends, and Bob receives what he asks for. */
  beforeEach(async () => {
    number += 1;
    room = `room-${number}`;
    const join = async (
      peerId: string,
      transports: ('send' | 'recv')[],
    ): Promise<ProtooClient> => {
      const extra = { rtpCapabilities, transports };
      return (await ProtooClient.join(server.url, room, peerId, extra)).client;
    };
    alice = await join('alice', ['send']);
    bob = await join('bob', ['recv']);
  });

  /** Sends a camera in three layers. */
  async function sendCamera(appData = {}): Promise<string> {
    const { producerId } = await alice.request('produce', {
      kind: 'video',
      rtpParameters: simulcastParameters(3),
      appData,
    });
    return producerId;
  }

  async function sendAudio(): Promise<string> {
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    return producerId;
  }

  async function receive(producerId: string): Promise<types.Consumer> {
    const { consumerId } = await bob.request('consume', { producerId });
    return inEngine(consumerId);
  }

  function inEngine(consumerId: string): types.Consumer {
    const consumer = consumers.get(consumerId);
    assert.ok(consumer);
    return consumer;
  }

  async function leave(): Promise<void> {
    await Promise.all([alice.close(), bob.close()]);
  }

  test('is received in the layers and with the priority that fit', async () => {
    const producerId = await sendCamera();
    const stated = await sendCamera({ width: 640, height: 360 });
    const consumer = await receive(producerId);
    const other = await receive(stated);
    for (const [width, height, layer, otherLayer, priority] of [
      [100, 56, 0, 0, 1],
      [320, 180, 0, 1, 1],
      [426, 240, 0, 1, 2],
      [430, 242, 1, 2, 2],
      [640, 360, 1, 2, 2],
      [1_280, 720, 2, 2, 4],
      [200, 720, 2, 2, 4],
      [32_767, 32_767, 2, 2, 183],
    ] as const) {
      const reply = await bob.request('setViews', {
        views: [
          { producerId, width, height },
          { producerId: stated, width, height },
        ],
      });
      assert.deepEqual(reply, {});
      const size = `${width} × ${height}`;
      assert.equal(consumer.preferredLayers?.spatialLayer, layer, size);
      assert.equal(other.preferredLayers?.spatialLayer, otherLayer, size);
      assert.equal(consumer.priority, priority, size);
      assert.deepEqual([consumer.paused, other.paused], [false, false]);
    }
    await leave();
  });

  test('is paused when it is off, and what is not named stays as it is', async () => {
    const [camera, sound] = [await sendCamera(), await sendAudio()];
    const [video, audio] = [await receive(camera), await receive(sound)];
    await bob.request('setViews', {
      views: [
        { producerId: camera, width: 320, height: 180 },
        { producerId: sound, width: 1, height: 1 },
      ],
    });
    assert.deepEqual([video.paused, audio.paused], [false, false]);
    await bob.request('setViews', {
      views: [{ producerId: camera, off: true }],
    });
    assert.deepEqual([video.paused, audio.paused], [true, false]);
    await bob.request('setViews', { views: [] });
    assert.deepEqual([video.paused, audio.paused], [true, false]);
    await bob.request('setViews', {
      views: [
        { producerId: camera, off: true },
        { producerId: sound, off: true },
        { producerId: camera, width: 640, height: 360 },
      ],
    });
    assert.deepEqual([video.paused, audio.paused], [false, true]);
    await leave();
  });

  test('is consumed if it was not, and off stays off', async () => {
    const [camera, sound] = [await sendCamera(), await sendAudio()];
    await bob.request('setViews', {
      views: [
        { producerId: camera, width: 320, height: 180 },
        { producerId: sound, off: true },
      ],
    });
    const opened = await bob.notified('consumerOpened');
    assert.deepEqual(
      [opened['producerId'], opened['peerId'], opened['paused']],
      [camera, 'alice', true],
    );
    const consumer = inEngine(String(opened['consumerId']));
    assert.deepEqual(
      [consumer.paused, consumer.preferredLayers?.spatialLayer],
      [true, 0],
    );
    await bob.request('setViews', {
      views: [{ producerId: camera, width: 1_280, height: 720 }],
    });
    assert.deepEqual(
      [consumer.paused, consumer.preferredLayers?.spatialLayer],
      [false, 2],
    );
    const all = bob.notifications.filter(
      ({ method }) => method === 'consumerOpened',
    );
    assert.equal(all.length, 1);
    await leave();
  });

  test('is consumed once, whatever comes back to back', async () => {
    const producerId = await sendCamera();
    const large = { producerId, width: 1_280, height: 720 };
    await Promise.all([
      bob.request('setViews', { views: [{ ...large, width: 20, height: 20 }] }),
      bob.request('setViews', { views: [large] }),
    ]);
    const { consumerId } = await bob.notified('consumerOpened');
    const consumer = inEngine(String(consumerId));
    assert.equal(consumer.preferredLayers?.spatialLayer, 2);
    await Promise.all([
      bob.request('setViews', { views: [large] }),
      bob.request('setViews', { views: [{ producerId, off: true }] }),
    ]);
    assert.equal(consumer.paused, true);
    const all = bob.notifications.filter(
      ({ method }) => method === 'consumerOpened',
    );
    assert.equal(all.length, 1);
    await leave();
  });

  test('changes nothing if one of the producers does not exist', async () => {
    const [camera, sound] = [await sendCamera(), await sendAudio()];
    const video = await receive(camera);
    await assert.rejects(
      bob.request('setViews', {
        views: [
          { producerId: camera, width: 320, height: 180 },
          { producerId: sound, width: 1, height: 1 },
          { producerId: 'nothing', off: true },
        ],
      }),
      {
        code: 404,
        message: 'there is no producer "nothing" in this room',
      },
    );
    assert.equal(video.paused, true);
    await bob.request('ping');
    assert.equal(
      bob.notifications.some(({ method }) => method === 'consumerOpened'),
      false,
    );
    await leave();
  });

  test('is set even if another view cannot be consumed', async () => {
    const [camera, sound] = [await sendCamera(), await sendAudio()];
    const { client: dave } = await ProtooClient.join(server.url, room, 'dave', {
      transports: ['recv'],
      rtpCapabilities: {
        ...rtpCapabilities,
        codecs: rtpCapabilities.codecs?.filter(({ kind }) => kind === 'audio'),
      },
    });
    const { consumerId } = await dave.request('consume', { producerId: sound });
    const size = { width: 320, height: 180 };
    await assert.rejects(
      dave.request('setViews', {
        views: [
          { producerId: camera, ...size },
          { producerId: sound, ...size },
        ],
      }),
      { code: 400, message: /^rtpCapabilities: expected a codec/ },
    );
    assert.equal(inEngine(consumerId).paused, false);
    await dave.close();
    await leave();
  });

  test('needs a transport to be consumed, and changes nothing without', async () => {
    const producerId = await sendCamera();
    const { client: carol } = await ProtooClient.join(
      server.url,
      room,
      'carol',
      { transports: ['recv'] },
    );
    const views = [{ producerId, width: 320, height: 180 }];
    await assert.rejects(carol.request('setViews', { views }), {
      code: 400,
      message: /^rtpCapabilities: expected an object, here or when joining/,
    });
    await assert.rejects(alice.request('setViews', { views }), {
      code: 400,
      message: /^transportId: expected one/,
    });
    await carol.close();
    await leave();
  });

  test('is a size or off, for not too many producers', async () => {
    const producerId = await sendCamera();
    for (const [view, message] of [
      [{ producerId }, 'data.views.0: expected width and height, or off'],
      [
        { producerId, width: 100 },
        'data.views.0: expected width and height, or off',
      ],
      [
        { producerId, width: 100, height: 100, off: true },
        'data.views.0: expected width and height, or off',
      ],
      [
        { producerId, width: 0, height: 1 },
        'data.views.0.width: expected a value of at least 1',
      ],
    ] as const) {
      await assert.rejects(bob.request('setViews', { views: [view] }), {
        code: 400,
        message: new RegExp(`^${message}, got `),
      });
    }
    const views = Array.from({ length: 501 }, () => ({
      producerId,
      off: true as const,
    }));
    await assert.rejects(bob.request('setViews', { views }), {
      code: 400,
      message: /^data\.views: expected a size of at most 500/,
    });
    await leave();
  });
});
