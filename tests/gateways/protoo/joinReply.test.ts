import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { audioParameters } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { auto, heard } from './joining.ts';
import type { JoinData } from './joining.ts';

describe('the reply to a join', () => {
  test('is a refusal where the join asks for what cannot work', async () => {
    const server = await startServer();
    const cases: [JoinData, RegExp][] = [
      [
        { ...auto, rtpCapabilities: undefined },
        /^data\.rtpCapabilities: expected an object, which subscribe needs, got nothing$/,
      ],
      [
        { ...auto, transports: ['send'] },
        /^data\.transports: expected one for receiving, which subscribe needs, got a list of 1$/,
      ],
      [
        { ...auto, transports: undefined },
        /^data\.transports: expected one for receiving, which subscribe needs, got nothing$/,
      ],
      [
        { subscribe: { kinds: ['audio'] } },
        /^data\.rtpCapabilities: .+; data\.transports: /,
      ],
      [
        { transports: ['send', { direction: 'send' }] },
        /^data\.transports: expected at most one for each direction/,
      ],
    ];
    const client = await ProtooClient.connect(server.url, 'wrong', 'alice');
    const ids = { roomId: 'wrong', peerId: 'alice' };
    for (const [data, message] of cases) {
      await assert.rejects(client.request('joinRoom', { ...ids, ...data }), {
        code: 400,
        message,
      });
    }
    for (const [data, message] of [
      [
        { subscribe: 'all' },
        'data.subscribe: expected "auto" or "none" or object, got "all"',
      ],
      [
        { ...auto, subscribe: {} },
        'data.subscribe: expected kinds or sources, got an object',
      ],
      [
        { subscribe: { kinds: ['text'] } },
        'data.subscribe.kinds.0: expected "audio" or "video", got "text"',
      ],
      [
        { transports: ['up'] },
        'data.transports.0: expected "send" or "recv" or object, got "up"',
      ],
    ] as const) {
      await assert.rejects(client.request('joinRoom', { ...ids, ...data }), {
        code: 400,
        message,
      });
    }
    assert.equal(server.registry.rooms.has('wrong'), false);
    await client.request('joinRoom', { ...ids, ...auto });
    await client.close();
    await server.close();
  });

  test('says who the client is, what it may do, and its limits', async () => {
    const server = await startServer({
      ...tokensOnly,
      limits: { producersPerPeer: 3, messagesPerSecond: 77 },
      rooms: { resumeTimeout: 1_234 },
    });
    const token = peerToken('alice', {
      room: 'room',
      name: 'Alice',
      role: 'guest',
      grants: { publish: ['mic'], data: false },
    });
    const alice = await ProtooClient.connect(
      server.url,
      'room',
      'alice',
      bearing(token),
    );
    const reply = await alice.request('joinRoom', {
      roomId: 'room',
      peerId: 'alice',
      displayName: 'Somebody else',
    });
    assert.deepEqual(reply.self, {
      peerId: 'alice',
      displayName: 'Alice',
      role: 'guest',
      permissions: {
        publish: ['mic'],
        subscribe: true,
        data: false,
        chat: false,
        raiseHand: true,
        metadata: true,
        moderate: [],
      },
    });
    const { producersPerPeer, messagesPerSecond, resumeTimeout } = reply.limits;
    assert.deepEqual(
      [producersPerPeer, messagesPerSecond, resumeTimeout],
      [3, 77, 1_234],
    );
    await alice.close();
    await server.close();
  });

  test('has no consumers for those who may not receive, or beyond the limit', async () => {
    const server = await startServer({
      ...tokensOnly,
      limits: { consumersPerPeer: 1 },
    });
    const join = async (peerId: string, grants = {}) => {
      const token = peerToken(peerId, { room: 'room', grants });
      const ids = { roomId: 'room', peerId };
      const client = await ProtooClient.connect(
        server.url,
        'room',
        peerId,
        bearing(token),
      );
      const reply = await client.request('joinRoom', { ...ids, ...auto });
      return { client, reply };
    };
    const { client: alice } = await join('alice');
    const producerIds: string[] = [];
    const send = async () => {
      const { producerId } = await alice.request('produce', {
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
      producerIds.push(producerId);
    };
    await send();
    await send();
    const { client: deaf, reply: nothing } = await join('deaf', {
      subscribe: false,
    });
    assert.deepEqual(nothing.consumers, []);
    assert.equal(nothing.transports?.length, 2);
    const { client: bob, reply } = await join('bob');
    assert.equal(reply.consumers?.length, 1);
    await send();
    await deaf.notified('newProducer');
    await bob.notified('newProducer');
    assert.deepEqual(heard(bob, producerIds[2] ?? ''), ['newProducer']);
    await bob.request('closeConsumer', {
      consumerId: reply.consumers?.[0]?.consumerId,
    });
    await send();
    await bob.notified(
      'consumerOpened',
      ({ producerId }) => producerId === producerIds[3],
    );
    for (const client of [alice, deaf, bob]) {
      await client.close();
    }
    await server.close();
  });

  test('is a refusal if there is no place for its transports, and the peer leaves', async () => {
    const server = await startServer({ limits: { transportsPerPeer: 1 } });
    const { client: alice } = await ProtooClient.join(
      server.url,
      'room',
      'alice',
    );
    const bob = await ProtooClient.connect(server.url, 'room', 'bob');
    const ids = { roomId: 'room', peerId: 'bob' };
    await assert.rejects(bob.request('joinRoom', { ...ids, ...auto }), {
      code: 429,
      message: /^limits\.transportsPerPeer: /,
    });
    assert.deepEqual(await alice.notified('peerLeft'), {
      peerId: 'bob',
      reason: 'left',
    });
    await bob.request('joinRoom', { ...ids, transports: ['recv'] });
    await Promise.all([alice.close(), bob.close()]);
    await server.close();
  });
});
