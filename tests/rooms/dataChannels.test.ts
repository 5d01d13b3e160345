import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { openGrants } from '../../lib/auth/Grants.ts';
import type { Peer } from '../../lib/rooms/Peer.ts';
import { describeLayouts } from '../support/layouts.ts';
import { heardBy, listenTo, Rooms } from '../support/rooms.ts';
import type { Heard } from '../support/rooms.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

const chat = {
  sctpStreamParameters: { streamId: 0 },
  label: 'chat',
  protocol: 'json',
  appData: { of: 'ada' },
};

describeLayouts('data channels', (layout) => {
  let rooms: Rooms;
  let ada: Peer;
  let bob: Peer;
  let toAda: Heard[];
  let toBob: Heard[];

  before(async () => {
    rooms = await Rooms.open(layout);
  });

  after(() => rooms.close());

  beforeEach(async () => {
    ({ peer: ada } = await rooms.enter('room', 'ada'));
    ({ peer: bob } = await rooms.enter('room', 'bob'));
    await ada.transports.create('send', { enableSctp: true });
    await bob.transports.create('recv', { enableSctp: true });
    toAda = heardBy(ada).splice(1);
    toBob = heardBy(bob);
  });

  async function eventually(
    events: Heard[],
    type: Heard['type'],
  ): Promise<Heard> {
    for (;;) {
      const event = events.find((it) => it.type === type);
      if (event !== undefined) {
        return event;
      }
      // The worker answers in order: what it had to say before is here by then.
      await rooms.server.pool.alive[0]?.worker.dump();
    }
  }

  test('are announced to the others, and shown to newcomers', async () => {
    const opened = await ada.dataProducers.open(chat);
    const { dataProducerId } = opened;
    const info = {
      dataProducerId,
      label: 'chat',
      protocol: 'json',
      appData: { of: 'ada' },
    };
    assert.deepEqual(opened, info);
    assert.deepEqual(toBob, [
      { type: 'dataProducerOpened', peerId: 'ada', dataProducer: info },
    ]);
    assert.deepEqual(toAda, []);
    const { peer: eve, others } = await rooms.enter('room', 'eve');
    const seen = others.find(({ peerId }) => peerId === 'ada');
    assert.deepEqual(seen?.dataProducers, [info]);
    for (const peer of [ada, bob, eve]) {
      peer.close('left');
    }
  });

  test('reach their consumers, each on a stream of its own', async () => {
    const { dataProducerId } = await ada.dataProducers.open({
      sctpStreamParameters: { streamId: 41, maxRetransmits: 2 },
    });
    const received = await bob.dataConsumers.open({ dataProducerId });
    assert.deepEqual(received, {
      dataConsumerId: received.dataConsumerId,
      dataProducerId,
      peerId: 'ada',
      sctpStreamParameters: {
        streamId: 0,
        ordered: false,
        maxRetransmits: 2,
        maxPacketLifeTime: undefined,
      },
      label: '',
      protocol: '',
      appData: {},
    });
    const again = await bob.dataConsumers.open({ dataProducerId });
    assert.equal(again.sctpStreamParameters.streamId, 1);
    assert.deepEqual(bob.dataConsumers.ids, [
      received.dataConsumerId,
      again.dataConsumerId,
    ]);
    ada.close('left');
    bob.close('left');
  });

  test('close with their producer: for the room at once, for consumers shortly after', async () => {
    const { dataProducerId } = await ada.dataProducers.open(chat);
    const received = await bob.dataConsumers.open({ dataProducerId });
    const { dataConsumerId } = received;
    ada.dataProducers.close(dataProducerId);
    const closed = await eventually(toBob, 'dataConsumerClosed');
    assert.deepEqual(closed, { type: 'dataConsumerClosed', dataConsumerId });
    assert.deepEqual(
      toBob.map(({ type }) => type),
      ['dataProducerOpened', 'dataProducerClosed', 'dataConsumerClosed'],
    );
    assert.deepEqual([ada.dataProducers.size, bob.dataConsumers.size], [0, 0]);
    await assert.rejects(bob.dataConsumers.open({ dataProducerId }), {
      code: 'DATA_PRODUCER_NOT_FOUND',
      message: `there is no data producer "${dataProducerId}" in this room`,
    });
    ada.close('left');
    bob.close('left');
  });

  test('close with their peer, before it leaves', async () => {
    const { dataProducerId } = await ada.dataProducers.open(chat);
    ada.close('left');
    assert.deepEqual(toBob.slice(1), [
      { type: 'dataProducerClosed', peerId: 'ada', dataProducerId },
      { type: 'peerLeft', peerId: 'ada', reason: 'left' },
    ]);
    bob.close('left');
  });

  test('can be closed by a consumer without any notification', async () => {
    const { dataProducerId } = await ada.dataProducers.open(chat);
    const { dataConsumerId } = await bob.dataConsumers.open({ dataProducerId });
    const told = toBob.length;
    bob.dataConsumers.close(dataConsumerId);
    assert.equal(bob.dataConsumers.size, 0);
    assert.equal(toBob.length, told);
    assert.deepEqual(toAda, []);
    assert.throws(() => bob.dataConsumers.close(dataConsumerId), {
      code: 'DATA_CONSUMER_NOT_FOUND',
      message: `the peer has no data consumer "${dataConsumerId}"`,
    });
    ada.close('left');
    bob.close('left');
  });

  test('count towards what a peer holds', async () => {
    const { dataProducerId } = await ada.dataProducers.open(chat);
    await bob.dataConsumers.open({ dataProducerId });
    const held = ({ holdings }: Peer) => [
      holdings.dataProducers,
      holdings.dataConsumers,
    ];
    assert.deepEqual(held(ada), [1, 0]);
    assert.deepEqual(held(bob), [0, 1]);
    ada.close('left');
    bob.close('left');
  });

  test('need a transport with SCTP', async () => {
    const { transportId } = await ada.transports.create('send');
    const refused = {
      code: 'VALIDATION_ERROR',
      message:
        'transportId: expected a transport created with enableSctp, which data needs, got one created without',
    };
    await assert.rejects(
      ada.dataProducers.open({ ...chat, transportId }),
      refused,
    );
    const plain = await bob.transports.create('recv');
    const own = await bob.transports.create('send');
    await assert.rejects(
      bob.dataProducers.open({ ...chat, transportId: own.transportId }),
      refused,
    );
    await assert.rejects(
      bob.dataProducers.open({ ...chat, transportId: plain.transportId }),
      { code: 'WRONG_DIRECTION' },
    );
    ada.close('left');
    bob.close('left');
  });

  test('use one stream each', async () => {
    await ada.dataProducers.open(chat);
    await assert.rejects(ada.dataProducers.open(chat), {
      code: 'MEDIA_REJECTED',
      message: /^sctpStreamParameters: /,
    });
    const { dataProducerId } = await ada.dataProducers.open({
      sctpStreamParameters: { streamId: 1 },
    });
    ada.dataProducers.close(dataProducerId);
    await ada.dataProducers.open({ sctpStreamParameters: { streamId: 1 } });
    ada.close('left');
    bob.close('left');
  });

  test('need the permission to send data', async () => {
    const { dataProducerId } = await ada.dataProducers.open(chat);
    const refused = (grant: string) => ({
      code: 'FORBIDDEN',
      message: `permissions: expected ${grant}, which the client does not have`,
    });
    bob.regrant({ ...openGrants('bob'), data: false });
    await assert.rejects(bob.dataProducers.open(chat), refused('data'));
    await assert.rejects(
      bob.dataConsumers.open({ dataProducerId }),
      refused('data'),
    );
    bob.regrant({ ...openGrants('bob'), subscribe: false });
    await assert.rejects(
      bob.dataConsumers.open({ dataProducerId }),
      refused('subscribe'),
    );
    ada.close('left');
    bob.close('left');
  });

  test('are limited per peer, even if requested at once', async () => {
    rooms.server.reconfigure(
      testConfig({
        limits: { dataProducersPerPeer: 2, dataConsumersPerPeer: 3 },
      }),
    );
    const opening = await Promise.allSettled(
      [0, 1, 2].map((streamId) =>
        ada.dataProducers.open({ sctpStreamParameters: { streamId } }),
      ),
    );
    assert.deepEqual(
      opening.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    const [dataProducerId = ''] = ada.dataProducers.ids;
    await assert.rejects(ada.dataProducers.open(chat), {
      code: 'LIMIT_REACHED',
      message:
        'limits.dataProducersPerPeer: expected at most 2 data channels that one peer sends over, and that many exist',
    });
    const consuming = await Promise.allSettled(
      [0, 1, 2, 3].map(() => bob.dataConsumers.open({ dataProducerId })),
    );
    const refused = consuming.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 1);
    await assert.rejects(bob.dataConsumers.open({ dataProducerId }), {
      code: 'LIMIT_REACHED',
      message:
        'limits.dataConsumersPerPeer: expected at most 3 data channels that one peer receives from, and that many exist',
    });
    ada.dataProducers.close(dataProducerId);
    await ada.dataProducers.open({ sctpStreamParameters: { streamId: 9 } });
    rooms.server.reconfigure(testConfig());
    ada.close('left');
    bob.close('left');
  });

  test('leave nothing behind if their peer leaves while they open', async () => {
    const opening = ada.dataProducers.open(chat);
    ada.close('left');
    await assert.rejects(opening, { code: 'PEER_CLOSED' });
    assert.equal(ada.dataProducers.size, 0);
    assert.deepEqual(
      toBob.map(({ type }) => type),
      ['peerLeft'],
    );
    bob.close('left');
  });
});

test('a worker that dies closes its data channels, which is announced before the reset', async () => {
  const rooms = await Rooms.open();
  const { peer: ada } = await rooms.enter('room', 'ada');
  const { peer: bob } = await rooms.enter('room', 'bob');
  await ada.transports.create('send', { enableSctp: true });
  await bob.transports.create('recv', { enableSctp: true });
  await ada.dataProducers.open(chat);
  const told: string[] = [];
  const { promise: reset, resolve } = Promise.withResolvers<void>();
  listenTo(bob, ({ type }) => {
    told.push(type);
    if (type === 'mediaReset') {
      resolve();
    }
  });
  const [media] = rooms.server.pool.alive;
  assert.ok(media);
  process.kill(media.worker.pid, 'SIGKILL');
  await reset;
  assert.deepEqual(told, [
    'dataProducerOpened',
    'dataProducerClosed',
    'mediaReset',
  ]);
  assert.equal(ada.dataProducers.size, 0);
  await ada.transports.create('send', { enableSctp: true });
  await ada.dataProducers.open(chat);
  assert.equal(ada.dataProducers.size, 1);
  await rooms.close();
});
