import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import type { Server } from '../../lib/Server.ts';
import { describeLayouts, workerUnder } from '../support/layouts.ts';
import { MediaClient } from '../support/MediaClient.ts';
import type { Notified, AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { createTone } from '../../tools/fixtures/webrtc.ts';

describeLayouts('who speaks', (layout) => {
  let server: Server;
  let rooms = 0;
  let room: string;
  const tones: { stop: () => void }[] = [];
  const people: MediaClient[] = [];

  before(async () => {
    server = await startServer({
      ...withTokens,
      ...layout,
      speakers: { activeInterval: 100, levelsInterval: 500 },
      // A peer that fell silent speaks again with another microphone.
      limits: { producersPerSource: 2 },
    });
  });

  after(async () => {
    for (const tone of tones) {
      tone.stop();
    }
    await Promise.all(people.map((client) => client.close()));
    await server.close();
  });

  async function join(peerId: string): Promise<MediaClient> {
    const client = await MediaClient.join(server.url, room, peerId);
    people.push(client);
    return client;
  }

  function newRoom(): void {
    rooms += 1;
    room = `room-${rooms}`;
  }

  /** Sends a tone that is of this. */
  async function sound(client: MediaClient, source: string) {
    const tone = createTone();
    tones.push(tone);
    const producerId = await client.send(tone.track, { appData: { source } });
    await client.signalling.notified(
      'producerScore',
      (data) => data['producerId'] === producerId,
    );
    return { tone, producerId };
  }

  /** Collects the events of this type from now on. */
  function follow({ signalling }: MediaClient, method: string) {
    let seen = signalling.notifications.length;
    return async (): Promise<Notified['data']> => {
      for (;;) {
        const next = signalling.notifications
          .slice(seen)
          .findIndex((notified) => notified.method === method);
        if (next !== -1) {
          seen += next + 1;
          return signalling.notifications[seen - 1]?.data ?? assert.fail();
        }
        await new Promise((resolve) => {
          signalling.once('notification', resolve);
        });
      }
    };
  }

  test('all peers receive the volumes, and silence once', async () => {
    newRoom();
    const alice = await join('alice');
    const bob = await join('bob');
    const carol = await join('carol');
    await sound(carol, 'screen-audio');

    const active = follow(bob, 'activeSpeaker');
    const levels = follow(bob, 'audioLevels');
    const first = await sound(alice, 'mic');
    assert.deepEqual(await active(), { peerId: 'alice' });
    assert.deepEqual(await alice.signalling.notified('activeSpeaker'), {
      peerId: 'alice',
    });
    const [loudest, ...others] = (await levels())['levels'] as AnyReply[];
    assert.deepEqual(others, [], 'only microphones count');
    assert.equal(loudest.peerId, 'alice');
    assert.ok(loudest.volume < 0 && loudest.volume > -60, loudest.volume);

    const dave = await join('dave');
    assert.deepEqual(await dave.signalling.notified('activeSpeaker'), {
      peerId: 'alice',
    });

    first.tone.stop();
    assert.deepEqual(await active(), { peerId: null });
    const second = await sound(alice, 'mic');
    assert.deepEqual(await active(), { peerId: 'alice' });

    await alice.signalling.request('pauseProducer', {
      producerId: second.producerId,
    });
    assert.deepEqual(await active(), { peerId: null });
    await alice.signalling.request('resumeProducer', {
      producerId: second.producerId,
    });
    assert.deepEqual(await active(), { peerId: 'alice' });

    await alice.signalling.request('closeProducer', {
      producerId: second.producerId,
    });
    assert.deepEqual(await active(), { peerId: null });
    const told = bob.signalling.notifications
      .filter(({ method }) => method === 'audioLevels')
      .map(({ data }) => data['levels'] as AnyReply[]);
    for (const [index, now] of told.entries()) {
      assert.ok(
        now.length > 0 || (told[index - 1]?.length ?? 0) > 0,
        'silence was told twice in a row, or before anybody spoke',
      );
      assert.ok(now.every(({ peerId }) => peerId === 'alice'));
    }
  });

  test('the loudest is listed first', async () => {
    newRoom();
    const alice = await join('alice');
    const bob = await join('bob');
    await sound(alice, 'mic');
    await sound(bob, 'mic');
    const { levels } = await alice.signalling.notified(
      'audioLevels',
      (data) => (data['levels'] as AnyReply[]).length === 2,
    );
    const [one, other] = levels as AnyReply[];
    assert.ok(one.volume >= other.volume);
    assert.deepEqual(
      new Set([one.peerId, other.peerId]),
      new Set(['alice', 'bob']),
    );
  });

  test('a contract without an event for it sends nothing', async () => {
    const ada = await JsonClient.as(server.url, 'ada');
    ({ roomId: room } = await ada.request('createRoom', { name: 'Quiet' }));
    await ada.request('joinRoom', { roomId: room, displayName: 'Ada' });
    const bob = await join('bob');
    await sound(bob, 'mic');
    await bob.signalling.notified('audioLevels');
    await ada.request('getRouterRtpCapabilities', { roomId: room });
    assert.deepEqual(
      ada.notifications.map(({ method }) => method),
      ['participantJoined', 'producerCreated'],
    );
    await ada.close();
  });

  test('the next worker resumes it after a worker died', async () => {
    newRoom();
    const alice = await join('alice');
    const bob = await join('bob');
    const levelsOf = (...peerIds: string[]) =>
      bob.signalling.notified('audioLevels', ({ levels }) =>
        isDeepStrictEqual(
          (levels as AnyReply[]).map(({ peerId }) => peerId),
          peerIds,
        ),
      );
    const active = follow(bob, 'activeSpeaker');
    await sound(alice, 'mic');
    assert.deepEqual(await active(), { peerId: 'alice' });
    await levelsOf('alice');
    const worker = await workerUnder(server, alice.sendTransportId);
    process.kill(worker.pid, 'SIGKILL');
    await alice.signalling.notified('mediaReset');
    assert.deepEqual(await active(), { peerId: null });
    await levelsOf();

    const carol = await join('carol');
    await sound(carol, 'mic');
    assert.deepEqual(await active(), { peerId: 'carol' });
    await levelsOf('carol');
  });
});
