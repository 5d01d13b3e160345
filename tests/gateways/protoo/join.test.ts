import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  narrowCapabilities,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { joinTogether, sendAudio } from '../../support/protooMembers.ts';
import { auto, heard } from './joining.ts';
import type { JoinData } from './joining.ts';

describeLayouts('a join in one request', ({ workers, rooms }) => {
  let server: Server;

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  async function join(room: string, peerId: string, extra: JoinData = auto) {
    return ProtooClient.join(server.url, room, peerId, { ...auto, ...extra });
  }

  test('opens both transports and a consumer for all that is sent', async () => {
    const { room, alice } = await joinTogether(server, 'alice');
    const { producerId } = await sendAudio(alice, { source: 'mic' });
    const video = await alice.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
      paused: true,
    });
    const { client: bob, reply } = await join(room, 'bob', {
      transports: [{ direction: 'send', enableSctp: true }, 'recv'],
    });
    const { transports = [], consumers = [] } = reply;
    assert.deepEqual(
      transports.map(({ direction, sctpParameters }) => [
        direction,
        sctpParameters !== undefined,
      ]),
      [
        ['send', true],
        ['recv', false],
      ],
    );
    for (const { iceParameters, iceCandidates, dtlsParameters } of transports) {
      assert.ok(iceParameters.usernameFragment);
      assert.ok(iceCandidates.length > 0);
      assert.ok(dtlsParameters.fingerprints.length > 0);
    }
    assert.deepEqual(
      consumers.map((it) => [
        it.producerId,
        it.peerId,
        it.kind,
        it.paused,
        it.producerPaused,
      ]),
      [
        [producerId, 'alice', 'audio', true, false],
        [video.producerId, 'alice', 'video', true, true],
      ],
    );
    assert.deepEqual(consumers[0]?.appData, { source: 'mic' });
    assert.ok(consumers[0]?.rtpParameters.encodings?.length);
    await bob.request('resume', {
      consumerIds: consumers.map(({ consumerId }) => consumerId),
    });
    const sent = await bob.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await alice.notified(
      'newProducer',
      (data) => data['producerId'] === sent.producerId,
    );
    assert.deepEqual(
      bob.notifications.filter(({ method }) => /Opened|new/.test(method)),
      [],
    );
    await Promise.all([alice.close(), bob.close()]);
  });

  test('sends later producers with their consumers', async () => {
    const { client: bob } = await join('later', 'bob');
    const { client: alice } = await join('later', 'alice');
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
      appData: { source: 'mic' },
    });
    const { consumerId, ...opened } = await bob.notified('consumerOpened');
    assert.deepEqual(
      [opened['producerId'], opened['peerId'], opened['kind']],
      [producerId, 'alice', 'audio'],
    );
    assert.deepEqual([opened['paused'], opened['type']], [true, 'simple']);
    assert.deepEqual(opened['appData'], { source: 'mic' });
    await bob.request('resume', { consumerId: String(consumerId) });
    await alice.close();
    await bob.notified('peerLeft');
    // That of the consumer itself comes from the worker, perhaps later.
    const about = /^(?:peer|producer|new)|^consumerOpened/;
    assert.deepEqual(
      bob.notifications
        .map(({ method }) => method)
        .filter((method) => about.test(method)),
      ['peerJoined', 'consumerOpened', 'producerClosed', 'peerLeft'],
    );
    await bob.close();
  });

  test('announces the producers that a filter leaves out', async () => {
    const { client: ear } = await join('filter', 'ear', {
      subscribe: { kinds: ['audio'] },
    });
    const { client: eye } = await join('filter', 'eye', {
      subscribe: { sources: ['camera', 'screen'] },
    });
    const { client: both } = await join('filter', 'both', {
      subscribe: { kinds: ['video'], sources: ['mic', 'screen'] },
    });
    const { client: none } = await join('filter', 'none', {
      subscribe: 'none',
    });
    const { client: alice } = await join('filter', 'alice');
    const audio = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const video = await alice.request('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    for (const [client, expected] of [
      [ear, ['consumerOpened', 'newProducer']],
      [eye, ['newProducer', 'consumerOpened']],
      [both, ['newProducer', 'newProducer']],
      [none, ['newProducer', 'newProducer']],
    ] as const) {
      for (const [index, { producerId }] of [audio, video].entries()) {
        const method = expected[index] ?? '';
        await client.notified(method, (it) => it['producerId'] === producerId);
        assert.deepEqual(heard(client, producerId), [method], client.peerId);
      }
      await client.close();
    }
    await alice.close();
  });

  test('announces producers of which no consumer can be opened', async () => {
    const { client: alice } = await join('codecs', 'alice');
    const { rtx, ...encoding } = videoParameters().encodings[0] ?? {};
    assert.ok(rtx);
    const vp9 = {
      ...videoParameters(),
      codecs: [
        {
          mimeType: 'video/VP9',
          payloadType: 98,
          clockRate: 90_000,
          parameters: { 'profile-id': 0 },
        },
      ],
      encodings: [encoding],
    };
    const before = await alice.request('produce', {
      kind: 'video',
      rtpParameters: vp9,
    });
    const { client: bob, reply } = await join('codecs', 'bob', {
      rtpCapabilities: narrowCapabilities as typeof rtpCapabilities,
    });
    assert.deepEqual(reply.consumers, []);
    assert.deepEqual(
      reply.peers?.flatMap(({ producers }) =>
        producers.map(({ producerId }) => producerId),
      ),
      [before.producerId],
    );
    await alice.request('closeProducer', before);
    const later = await alice.request('produce', {
      kind: 'video',
      rtpParameters: { ...vp9, mid: 'later', encodings: [{ ssrc: 77 }] },
    });
    await bob.notified(
      'newProducer',
      ({ producerId }) => producerId === later.producerId,
    );
    const audio = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await bob.notified(
      'consumerOpened',
      ({ producerId }) => producerId === audio.producerId,
    );
    assert.deepEqual(heard(bob, later.producerId), ['newProducer']);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('subscribes until its transport is closed', async () => {
    const { client: bob, reply } = await join('closing', 'bob');
    const { client: alice } = await join('closing', 'alice');
    const [, receiving] = reply.transports ?? [];
    assert.ok(receiving);
    await bob.request('closeWebRtcTransport', {
      transportId: receiving.transportId,
    });
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await bob.notified('newProducer');
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    await bob.request('consume', { producerId });
    assert.deepEqual(heard(bob, producerId), ['newProducer']);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('subscribes again after its connection was lost', async () => {
    const { client: bob, reply } = await join('resumed', 'bob');
    const { client: alice } = await join('resumed', 'alice');
    bob.socket.terminate();
    await bob.closed;
    const missed = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const { client: back, reply: resumed } = await join('resumed', 'bob', {
      resumeToken: reply.resumeToken,
      received: bob.notifications.length,
    });
    assert.equal(resumed.resumed, true);
    assert.equal(resumed.consumers, undefined);
    const { consumerId } = await back.notified(
      'consumerOpened',
      ({ producerId }) => producerId === missed.producerId,
    );
    await back.request('resume', { consumerId: String(consumerId) });
    const later = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await back.notified(
      'consumerOpened',
      ({ producerId }) => producerId === later.producerId,
    );
    await Promise.all([alice.close(), back.close()]);
  });

  test('needs nothing of it again to resume', async () => {
    const { client: bob, reply } = await join('kept', 'bob');
    bob.socket.terminate();
    await bob.closed;
    const { client: back, reply: resumed } = await ProtooClient.join(
      server.url,
      'kept',
      'bob',
      { resumeToken: reply.resumeToken, after: 0, subscribe: 'none' },
    );
    assert.equal(resumed.resumed, true);
    back.socket.terminate();
    await back.closed;
    const { client: again, reply: last } = await ProtooClient.join(
      server.url,
      'kept',
      'bob',
      { resumeToken: resumed.resumeToken, after: 0, subscribe: 'auto' },
    );
    assert.equal(last.resumed, true);
    await again.close();
  });

  test('may ask for transports alone', async () => {
    const { client: bob, reply } = await ProtooClient.join(
      server.url,
      'alone',
      'bob',
      { transports: ['recv'] },
    );
    assert.equal(reply.transports?.length, 1);
    assert.deepEqual(reply.consumers, []);
    const { client: alice } = await join('alone', 'alice');
    const { producerId } = await sendOn(alice);
    await bob.notified('newProducer');
    await bob.request('consume', { producerId, rtpCapabilities });
    await Promise.all([alice.close(), bob.close()]);
  });

  test('leaves what it does not ask for out of the reply', async () => {
    const { client, reply } = await ProtooClient.join(
      server.url,
      'plain',
      'alice',
    );
    assert.equal('transports' in reply, false);
    assert.equal('consumers' in reply, false);
    await client.close();
  });

  function sendOn(client: ProtooClient) {
    return client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
  }

  test('tells about a producer that closes at once in order, or not at all', async () => {
    const { client: bob } = await join('brief', 'bob');
    const { client: alice } = await join('brief', 'alice');
    const producerIds: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const { producerId } = await sendOn(alice);
      producerIds.push(producerId);
      const closing = alice.request('closeProducer', { producerId });
      await Promise.all([closing, alice.request('ping')]);
    }
    await alice.close();
    await bob.notified('peerLeft');
    const left = bob.notifications.findIndex(
      ({ method }) => method === 'peerLeft',
    );
    for (const producerId of producerIds) {
      const told = heard(bob, producerId);
      assert.ok(
        ['', 'consumerOpened,producerClosed'].includes(told.join()),
        told.join(),
      );
    }
    const after = bob.notifications.slice(left + 1);
    assert.deepEqual(
      after.filter(({ method }) => method !== 'consumerClosed'),
      [],
    );
    await bob.close();
  });

  test('names the version of the capabilities, the same in all rooms', async () => {
    const { client: alice, reply: one } = await join('version-1', 'alice');
    const { client: bob, reply: other } = await join('version-2', 'bob');
    assert.match(one.rtpCapabilitiesVersion, /^[\w-]{16}$/);
    assert.equal(one.rtpCapabilitiesVersion, other.rtpCapabilitiesVersion);
    await Promise.all([alice.close(), bob.close()]);
  });
});
