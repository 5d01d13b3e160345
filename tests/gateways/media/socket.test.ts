import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { CallView } from '../../../lib/calls/types.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { userCaller } from '../../support/callers.ts';
import { MediaSite, participantOf, tokenOf } from './MediaSite.ts';
import { MediaSocket } from './MediaSocket.ts';

describe('the media-server API over Socket.IO', () => {
  let site: MediaSite;

  before(async () => {
    site = await MediaSite.open();
  });

  after(() => site.close());

  /** Sends a track; returns the id of the producer. */
  async function sendTrack(
    client: MediaSocket,
    kind: 'audio' | 'video',
  ): Promise<string> {
    const { transportId } = await client.get('create-transport', {
      direction: 'send',
    });
    const { producerId } = await client.get('produce', {
      transportId,
      kind,
      rtpParameters: kind === 'audio' ? audioParameters() : videoParameters(),
    });
    return String(producerId);
  }

  /** Asserts the whole answer of a refusal. */
  async function assertRefused(
    answer: Promise<{ error?: { message: string; details: object } }>,
    code: string,
    message: RegExp,
  ): Promise<void> {
    const whole = await answer;
    assert.match(String(whole.error?.message), message);
    assert.deepEqual(whole, {
      success: false,
      error: { ...whole.error, code },
    });
  }

  describe('authenticate', () => {
    test('names the participant and the router, which it opens', async () => {
      const call = await site.call('ada', 'bob');
      using client = new MediaSocket(site.url);
      const data = {
        participantId: participantOf(call, 'bob'),
        routerId: `call-${call.callId}`,
      };
      const answer = await client.ask('authenticate', {
        callId: call.callId,
        token: tokenOf('bob'),
        userId: 'bob',
      });
      assert.deepEqual(answer, { success: true, data });
      assert.deepEqual(await client.next('authenticated'), {
        success: true,
        ...data,
      });
      assert.ok(site.server.registry.rooms.has(data.routerId));
      await assertRefused(
        client.ask('authenticate', {
          callId: call.callId,
          token: tokenOf('bob'),
        }),
        'UNAUTHORIZED',
        /already/,
      );
    });

    test('is needed before anything else, and of a participant', async () => {
      const { callId } = await site.call('ada', 'bob');
      using client = new MediaSocket(site.url);
      const create = client.ask('create-transport', { direction: 'send' });
      await assertRefused(create, 'UNAUTHORIZED', /send authenticate first/);
      for (const [credentials, code, message] of [
        [{ callId, token: 'wrong' }, 'UNAUTHORIZED', /./],
        [{ callId }, 'UNAUTHORIZED', /^token: /],
        [{ callId, token: tokenOf('eve') }, 'FORBIDDEN', /not in the call/],
        [
          { callId: 'f'.repeat(24), token: tokenOf('ada') },
          'NOT_FOUND',
          /there is no call/,
        ],
        [{ token: tokenOf('ada') }, 'INVALID_REQUEST', /callId/],
      ] as const) {
        await assertRefused(
          client.ask('authenticate', credentials),
          code,
          message,
        );
        const { success } = await client.next('authenticated');
        assert.equal(success, false);
      }
    });
  });

  test('carries media from one participant to another', async () => {
    const call = await site.call('ada', 'bob');
    using ada = await MediaSocket.of(site, call, 'ada');
    using bob = await MediaSocket.of(site, call, 'bob');
    const sending = await ada.get('create-transport', { direction: 'send' });
    assert.equal(sending.sctpParameters, null);
    const { transportId } = sending;
    const connect = { transportId, dtlsParameters };
    assert.deepEqual(await ada.get('connect-transport', connect), {});
    const { producerId } = await ada.get('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    assert.deepEqual(await bob.next('new-producer'), {
      producerId,
      participantId: participantOf(call, 'ada'),
      kind: 'video',
    });
    await bob.get('create-transport', { direction: 'recv' });
    const consumer = await bob.get('consume', {
      producerId,
      rtpCapabilities,
      paused: true,
    });
    const { consumerId, rtpParameters } = consumer;
    assert.deepEqual(consumer, {
      consumerId,
      producerId,
      kind: 'video',
      rtpParameters,
      paused: true,
    });
    const { producer } = roomOf(call).producers.find(producerId);
    for (const step of ['resume', 'pause']) {
      assert.deepEqual(await bob.get(step, { consumerId }), {});
      assert.deepEqual(await ada.get(step, { producerId }), {});
      assert.equal(producer.paused, step === 'pause');
    }
    assert.deepEqual(await bob.get('close', { consumerId }), {});
    await assertRefused(
      bob.ask('resume', { consumerId }),
      'NOT_FOUND',
      /no consumer/,
    );
    await assertRefused(
      bob.ask('close', { producerId }),
      'NOT_FOUND',
      /no producer/,
    );
    await assertRefused(
      bob.ask('close', { producerId, consumerId }),
      'INVALID_REQUEST',
      /expected one of/,
    );
    assert.deepEqual(await ada.get('close', { transportId }), {});
    assert.deepEqual(await bob.next('producer-closed'), {
      producerId,
      participantId: participantOf(call, 'ada'),
    });
    assert.ok(ada.events.every(([name]) => name === 'authenticated'));
  });

  test('tells late joiners what is there, after they are authenticated', async () => {
    const call = await site.call('ada', 'bob');
    using ada = await MediaSocket.of(site, call, 'ada');
    const producerId = await sendTrack(ada, 'audio');
    using bob = await MediaSocket.of(site, call, 'bob');
    await bob.next('new-producer');
    assert.deepEqual(
      bob.events.map(([name, data]) => [name, data.producerId]),
      [
        ['authenticated', undefined],
        ['new-producer', producerId],
      ],
    );
  });

  test('acts on the same peer as the operations over HTTP', async () => {
    const call = await site.call('ada', 'bob');
    using ada = await MediaSocket.of(site, call, 'ada');
    const transport = await site.transport(call, 'ada', 'recv');
    assert.deepEqual(await ada.get('close', { transportId: transport }), {});
    assert.equal(roomOf(call).peers.size, 1);
  });

  test('ends with the stay of the participant, which the others are told of', async () => {
    const call = await site.call('ada', 'bob');
    using ada = await MediaSocket.of(site, call, 'ada');
    using bob = await MediaSocket.of(site, call, 'bob');
    const producerId = await sendTrack(bob, 'audio');
    await ada.next('new-producer');
    await site.server.calls.remove(
      userCaller('bob'),
      call.callId,
      participantOf(call, 'bob'),
    );
    assert.equal((await ada.next('producer-closed')).producerId, producerId);
    await bob.disconnected();
    assert.equal((await bob.next('call:error')).code, 'FORBIDDEN');
    assert.ok(ada.socket.connected);
    await site.server.calls.end(userCaller('ada'), call.callId);
    await ada.disconnected();
  });

  test('ends when the worker of the participant has died', async () => {
    const own = await MediaSite.open();
    try {
      const call = await own.call('ada', 'bob');
      using ada = await MediaSocket.of(own, call, 'ada');
      await ada.get('create-transport', { direction: 'send' });
      const { pid } = own.server.pool.alive[0]?.worker ?? assert.fail();
      process.kill(pid, 'SIGKILL');
      await ada.disconnected();
      assert.equal((await ada.next('call:error')).code, 'SERVICE_UNAVAILABLE');
    } finally {
      await own.close();
    }
  });

  function roomOf({ callId }: CallView) {
    return site.server.registry.get(`call-${callId}`);
  }
});
