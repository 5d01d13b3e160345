import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { types } from 'mediasoup';

import type { Peer } from '../../lib/rooms/Peer.ts';
import { describeLayouts, workerUnder } from '../support/layouts.ts';
import { listenTo, Rooms } from '../support/rooms.ts';
import type { Heard } from '../support/rooms.ts';
import {
  audioParameters,
  rtpCapabilities,
  simulcastParameters,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';

const DELAY = 1_000;

describeLayouts(
  'what is wanted of a producer',
  ({ workers, rooms: spread }) => {
    let rooms: Rooms;
    let number = 0;
    let owner: Peer;
    let bob: Peer;
    let eve: Peer;
    let told: Heard[];

    before(async () => {
      rooms = await Rooms.open({
        workers,
        rooms: { ...spread, layerReleaseDelay: DELAY },
      });
    });

    after(() => rooms.close());

    beforeEach(async () => {
      number += 1;
      const room = `room-${number}`;
      ({ peer: owner, events: told } = await rooms.join(room, 'owner'));
      ({ peer: bob } = await rooms.join(room, 'bob'));
      ({ peer: eve } = await rooms.join(room, 'eve'));
      await owner.transports.create('send');
      await bob.transports.create('recv');
      await eve.transports.create('recv');
    });

    /** Time passes when the test says so, from here on. */
    function holdTime(t: TestContext): (ms: number) => void {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      return (ms) => t.mock.timers.tick(ms);
    }

    /** Sends a track. */
    async function send(parameters: object, kind: types.MediaKind = 'video') {
      const { producerId } = await owner.producers.open({
        kind,
        rtpParameters: parameters as types.RtpParameters,
      });
      return producerId;
    }

    /** Receives a producer, and lets it flow. */
    async function receive(peer: Peer, producerId: string): Promise<string> {
      const options = { producerId, rtpCapabilities };
      const { consumerId } = await peer.consumers.open(options);
      await peer.consumers.resume(consumerId);
      return consumerId;
    }

    /** The demands reported to the owner of a producer, in order. */
    function wanted(producerId: string): (number | undefined)[] {
      return told.flatMap((event) =>
        event.type === 'producerWanted' && event.producerId === producerId
          ? [event.maxSpatialLayer]
          : [],
      );
    }

    test('is every layer at first, and none if no consumer comes in time', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(simulcastParameters(3));
      pass(DELAY - 1);
      assert.deepEqual(wanted(producerId), []);
      pass(1);
      assert.deepEqual(wanted(producerId), [undefined]);
      pass(10 * DELAY);
      assert.deepEqual(wanted(producerId), [undefined]);

      await receive(bob, producerId);
      assert.deepEqual(wanted(producerId), [undefined, 2], 'at once');
    });

    test('does not change for a consumer that comes in time', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(simulcastParameters(3));
      await receive(bob, producerId);
      pass(10 * DELAY);
      assert.deepEqual(wanted(producerId), []);
    });

    test('does not change for a consumer that is never resumed', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(videoParameters());
      await bob.consumers.open({ producerId, rtpCapabilities });
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [undefined]);
    });

    test('is the highest preference: raised at once, lowered after a delay', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(simulcastParameters(3));
      const bobs = await receive(bob, producerId);
      const eves = await receive(eve, producerId);
      await bob.consumers.setPreferredLayers(bobs, { spatialLayer: 0 });
      await eve.consumers.setPreferredLayers(eves, { spatialLayer: 1 });
      assert.deepEqual(wanted(producerId), []);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [1]);

      await bob.consumers.setPreferredLayers(bobs, { spatialLayer: 2 });
      assert.deepEqual(wanted(producerId), [1, 2]);
      bob.consumers.close(bobs);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [1, 2, 1]);
      await eve.consumers.pause(eves);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [1, 2, 1, undefined]);
      await eve.consumers.resume(eves);
      assert.deepEqual(wanted(producerId), [1, 2, 1, undefined, 1]);
      eve.close('left');
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [1, 2, 1, undefined, 1, undefined]);
    });

    test('is lowered only if it was lower for the whole delay', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(simulcastParameters(3));
      const consumerId = await receive(bob, producerId);
      const prefer = (spatialLayer: number) =>
        bob.consumers.setPreferredLayers(consumerId, { spatialLayer });
      await prefer(0);
      pass(DELAY - 1);
      await prefer(2);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [], 'it was all of it again');

      await prefer(1);
      pass(DELAY - 1);
      await prefer(0);
      pass(1);
      assert.deepEqual(wanted(producerId), [1], 'it was 1 until just now');
      pass(DELAY - 1);
      assert.deepEqual(wanted(producerId), [1]);
      pass(1);
      assert.deepEqual(wanted(producerId), [1, 0]);

      await bob.consumers.pause(consumerId);
      pass(DELAY / 2);
      await bob.consumers.resume(consumerId);
      await bob.consumers.pause(consumerId);
      pass(DELAY - 1);
      assert.deepEqual(wanted(producerId), [1, 0]);
      pass(1);
      assert.deepEqual(wanted(producerId), [1, 0, undefined]);
    });

    test('does not fall while the producer is paused by its owner', async (t) => {
      const pass = holdTime(t);
      const producerId = await send(audioParameters(), 'audio');
      const consumerId = await receive(bob, producerId);
      await owner.producers.pause(producerId);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), []);
      await bob.consumers.pause(consumerId);
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [undefined]);
      await bob.consumers.resume(consumerId);
      assert.deepEqual(wanted(producerId), [undefined, 0]);
    });

    test('counts spatial layers if they come in one stream', async (t) => {
      const pass = holdTime(t);
      const { codecs: _, ...parameters } = videoParameters();
      const codecs = [
        {
          mimeType: 'video/VP9',
          payloadType: 98,
          clockRate: 90_000,
          parameters: { 'profile-id': 0 },
          rtcpFeedback: [],
        },
      ];
      const encodings = [{ ssrc: 1_234, scalabilityMode: 'L3T3_KEY' }];
      const producerId = await send({ ...parameters, codecs, encodings });
      const consumerId = await receive(bob, producerId);
      await bob.consumers.setPreferredLayers(consumerId, { spatialLayer: 1 });
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [1]);
      await bob.consumers.setPreferredLayers(consumerId, { spatialLayer: 2 });
      assert.deepEqual(wanted(producerId), [1, 2]);
    });

    test('is reported only to the owner, and not after the producer closed', async (t) => {
      const pass = holdTime(t);
      const { events } = await rooms.join(owner.roomId, 'watcher');
      const gone = await send(videoParameters());
      owner.producers.close(gone);
      pass(DELAY);
      assert.deepEqual(wanted(gone), []);

      const producerId = await send(videoParameters());
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [undefined]);
      assert.equal(
        events.some(({ type }) => type === 'producerWanted'),
        false,
      );
    });

    test('starts anew with producers created after the worker died', async (t) => {
      await send(videoParameters());
      const reset = Promise.withResolvers<Heard>();
      listenTo(owner, (event) => {
        told.push(event);
        if (event.type === 'mediaReset') {
          reset.resolve(event);
        }
      });
      const { transportId } = await owner.transports.create('recv');
      const worker = await workerUnder(rooms.server, transportId);
      process.kill(worker.pid, 'SIGKILL');
      await reset.promise;

      await owner.transports.create('send');
      const pass = holdTime(t);
      const producerId = await send(videoParameters());
      pass(DELAY);
      assert.deepEqual(wanted(producerId), [undefined]);
    });
  },
);
