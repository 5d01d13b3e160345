import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import type { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { audioParameters } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { joinTogether } from '../../support/protooMembers.ts';

describeLayouts('requests with lists of consumers', ({ workers, rooms }) => {
  let server: Server;
  let alice: ProtooClient;
  let bob: ProtooClient;
  let consumerIds: string[];

  before(async () => {
    server = await startServer({
      workers,
      rooms: { ...rooms, layerReleaseDelay: 600_000 },
    });
  });

  after(() => server.close());

  /** Alice sends three tracks, and Bob receives them. */
  beforeEach(async () => {
    ({ alice, bob } = await joinTogether(server, 'alice', 'bob'));
    await alice.request('createWebRtcTransport', { direction: 'send' });
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    consumerIds = [];
    for (let count = 0; count < 3; count += 1) {
      const { producerId } = await alice.request('produce', {
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
      const { consumerId } = await bob.request('consume', { producerId });
      consumerIds.push(consumerId);
    }
  });

  /** The number of Bob's consumers that are not paused. */
  function active(): number | undefined {
    const peer = server.registry.get(bob.roomId).peers.get('bob');
    return peer?.holdings.consumers.active;
  }

  async function leave(): Promise<void> {
    await Promise.all([alice.close(), bob.close()]);
  }

  test('change all of them', async () => {
    const [first = '', ...rest] = consumerIds;
    assert.deepEqual(await bob.request('resume', { consumerIds }), {});
    assert.equal(active(), 3);
    await bob.request('pause', { consumerId: first, consumerIds: rest });
    assert.equal(active(), 0);
    await bob.request('resume', { consumerIds: [first, first] });
    assert.equal(active(), 1);
    assert.deepEqual(await bob.request('closeConsumer', { consumerIds }), {});
    await assert.rejects(bob.request('resume', { consumerId: first }), {
      code: 404,
    });
    await leave();
  });

  test('change none if one of them does not exist', async () => {
    const some = [...consumerIds, 'nobody'];
    for (const method of ['resume', 'closeConsumer'] as const) {
      await assert.rejects(bob.request(method, { consumerIds: some }), {
        code: 404,
        message: 'the peer has no consumer "nobody"',
      });
    }
    assert.equal(active(), 0);
    await bob.request('resume', { consumerIds });
    await assert.rejects(bob.request('pause', { consumerIds: some }), {
      code: 404,
    });
    assert.equal(active(), 3);
    await leave();
  });

  test('name at least one consumer, and not too many', async () => {
    await assert.rejects(bob.request('pause', {}), {
      code: 400,
      message: 'data.consumerId: expected one, or consumerIds, got nothing',
    });
    await assert.rejects(bob.request('pause', { consumerIds: [] }), {
      code: 400,
      message: /^data\.consumerIds: expected a size of at least 1/,
    });
    const many = Array.from({ length: 501 }, () => consumerIds[0] ?? '');
    await assert.rejects(bob.request('pause', { consumerIds: many }), {
      code: 400,
      message: /^data\.consumerIds: expected a size of at most 500/,
    });
    await leave();
  });
});
