import assert from 'node:assert/strict';

import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import { JsonClient } from './JsonClient.ts';

/** The room and the members of {@link holdSession}. */
export const SESSION = {
  room: 'the-blue-room',
  people: ['alice', 'bob', 'carol'],
};

/** Two came through protoo and one through the JSON API. */
export interface HeldSession {
  alice: ProtooClient;
  bob: ProtooClient;
  carol: JsonClient;
  /** Alice's. */
  producers: { audio: string; video: string };
  /** Bob's, one of each of them, paused. */
  consumers: { audio: string; video: string };
}

/**
 * Members of a room: Alice sends audio, video and data, Bob receives all of it
 * and makes some mistakes, and Carol joined through the JSON API. They stay.
 */
export async function holdSession(server: Server): Promise<HeldSession> {
  const { room, people } = SESSION;
  const [alice, bob] = await Promise.all(
    people.slice(0, 2).map(async (name) => {
      const { client } = await ProtooClient.join(server.url, room, name, {
        rtpCapabilities,
      });
      return client;
    }),
  );
  assert.ok(alice && bob);
  const carol = await JsonClient.join(server.url, room, 'carol');

  await alice.request('createWebRtcTransport', {
    direction: 'send',
    enableSctp: true,
  });
  await bob.request('createWebRtcTransport', {
    direction: 'recv',
    enableSctp: true,
  });
  const producers = { audio: '', video: '' };
  const consumers = { audio: '', video: '' };
  for (const [kind, rtpParameters] of [
    ['audio', audioParameters()],
    ['video', videoParameters()],
  ] as const) {
    const { producerId } = await alice.request('produce', {
      kind,
      rtpParameters,
    });
    const { consumerId } = await bob.request('consume', { producerId });
    producers[kind] = producerId;
    consumers[kind] = consumerId;
  }

  const { dataProducerId } = await alice.request('produceData', {
    sctpStreamParameters: { streamId: 0 },
  });
  await bob.request('consumeData', { dataProducerId });

  await assert.rejects(bob.request('consume', { producerId: 'nothing' }));
  await assert.rejects(bob.request('makeCoffee'));
  await assert.rejects(bob.request('makeTea'));
  return { alice, bob, carol, producers, consumers };
}

/** Removes all members. */
export async function endSession({
  alice,
  bob,
  carol,
}: HeldSession): Promise<void> {
  await alice.request('leaveRoom');
  await bob.request('leaveRoom');
  await Promise.all([alice.close(), bob.close(), carol.close()]);
}
