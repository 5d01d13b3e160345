import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { userCaller } from '../../support/callers.ts';
import { heardBy, peerOptions } from '../../support/rooms.ts';
import { until } from '../../support/until.ts';
import {
  assertRefused,
  MediaSite,
  participantOf,
  tokenOf,
} from './MediaSite.ts';

const UNKNOWN = 'f'.repeat(24);

describe('the media-server API', () => {
  let site: MediaSite;

  before(async () => {
    site = await MediaSite.open();
  });

  after(() => site.close());

  describe('a transport', () => {
    test('has all that a client needs, and carries no data', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const { status, body } = await site.post(
        `/routers/${router}/transports`,
        {
          participantId: participantOf(call, 'ada'),
          direction: 'send',
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          preferTcp: false,
          initialAvailableOutgoingBitrate: 1_000_000,
        },
      );
      assert.equal(status, 201);
      const { data } = body;
      assert.deepEqual(Object.keys(data).toSorted(), [
        'dtlsParameters',
        'iceCandidates',
        'iceParameters',
        'sctpParameters',
        'transportId',
      ]);
      assert.equal(data.sctpParameters, null);
      assert.equal(data.iceParameters.iceLite, true);
      assert.deepEqual(protocolsIn(data), ['tcp', 'udp']);
      const room = site.server.registry.get(router);
      assert.deepEqual(
        Array.from(
          room.peers.values(),
          ({ id, userId, displayName, gateway }) => ({
            id,
            userId,
            displayName,
            gateway,
          }),
        ),
        [
          {
            id: participantOf(call, 'ada'),
            userId: 'ada',
            displayName: 'Name of ada',
            gateway: 'media',
          },
        ],
      );
    });

    for (const [wish, protocols] of [
      [{ enableUdp: false }, ['tcp']],
      [{ enableTcp: false }, ['udp']],
      [{ preferTcp: true }, ['tcp', 'udp']],
    ] as const) {
      test(`heeds ${JSON.stringify(wish)}`, async () => {
        const call = await site.call('ada', 'bob');
        const router = await site.router(call);
        const { body } = await site.post(`/routers/${router}/transports`, {
          participantId: participantOf(call, 'ada'),
          direction: 'recv',
          ...wish,
        });
        assert.deepEqual(protocolsIn(body.data), protocols);
        assert.equal(
          body.data.iceCandidates.toSorted(byPriority)[0].protocol,
          protocols[0],
        );
      });
    }

    test('is refused without any protocol', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const reply = await site.post(`/routers/${router}/transports`, {
        participantId: participantOf(call, 'ada'),
        direction: 'recv',
        enableUdp: false,
        enableTcp: false,
      });
      assertRefused(reply, 400, 'INVALID_REQUEST', /^enableTcp: /);
    });

    test('is refused where there is no router, no call or no participant', async () => {
      const call = await site.call('ada', 'bob');
      const body = {
        participantId: participantOf(call, 'ada'),
        direction: 'send',
      };
      const path = `/routers/call-${call.callId}/transports`;
      const closed = await site.post(path, body);
      assertRefused(closed, 404, 'NOT_FOUND', /there is no room/);
      await site.router(call);
      for (const [where, who] of [
        ['/routers/room/transports', body],
        [`/routers/call-${UNKNOWN}/transports`, body],
        [path, { ...body, participantId: UNKNOWN }],
      ] as const) {
        assertRefused(await site.post(where, who), 404, 'NOT_FOUND', /./);
      }
    });

    test('is connected once', async () => {
      const call = await site.call('ada', 'bob');
      await site.router(call);
      const transport = await site.transport(call, 'ada', 'send');
      const connect = () =>
        site.post(`/transports/${transport}/connect`, { dtlsParameters });
      assert.deepEqual(await connect(), {
        status: 200,
        body: { success: true },
      });
      assertRefused(await connect(), 409, 'CONFLICT', /already connected/);
    });
  });

  describe('media', () => {
    test('goes from one participant to another, paused as asked for', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const sending = await site.transport(call, 'ada', 'send');
      const receiving = await site.transport(call, 'bob', 'recv');
      for (const [kind, rtpParameters, paused] of [
        ['audio', audioParameters(), true],
        ['video', videoParameters(), false],
      ] as const) {
        const produced = await site.post(`/transports/${sending}/producers`, {
          kind,
          rtpParameters,
          paused,
          appData: { participantId: participantOf(call, 'ada') },
        });
        const { producerId } = produced.body.data;
        assert.deepEqual(produced, {
          status: 201,
          body: { success: true, data: { producerId } },
        });
        const room = site.server.registry.get(router);
        const { producer, owner } = room.producers.find(producerId);
        assert.equal(producer.paused, paused);
        assert.equal(owner.id, participantOf(call, 'ada'));
        const consumed = await site.post(`/transports/${receiving}/consumers`, {
          producerId,
          rtpCapabilities,
          paused,
          appData: { peerId: participantOf(call, 'ada') },
        });
        const { data } = consumed.body;
        assert.deepEqual(consumed, {
          status: 201,
          body: {
            success: true,
            data: {
              consumerId: data.consumerId,
              kind,
              rtpParameters: data.rtpParameters,
              paused,
            },
          },
        });
        assert.equal(
          data.rtpParameters.codecs[0].mimeType,
          rtpParameters.codecs[0]?.mimeType,
        );
        for (const [path, object] of [
          [`/consumers/${data.consumerId}`, 'Consumer'],
          [`/producers/${producerId}`, 'Producer'],
        ] as const) {
          assert.deepEqual(await site.delete(path), {
            status: 200,
            body: { success: true, message: `${object} closed` },
          });
          assertRefused(
            await site.delete(path),
            404,
            'NOT_FOUND',
            /there is no/,
          );
        }
        assert.throws(() => room.producers.find(producerId));
      }
      const path = `/transports/${sending}`;
      assert.deepEqual(await site.delete(path), {
        status: 200,
        body: { success: true, message: 'Transport closed' },
      });
      assertRefused(await site.delete(path), 404, 'NOT_FOUND', /there is no/);
    });

    test('is refused over a transport of the wrong direction, and of what is not there', async () => {
      const call = await site.call('ada', 'bob');
      await site.router(call);
      const sending = await site.transport(call, 'ada', 'send');
      const receiving = await site.transport(call, 'ada', 'recv');
      const track = { kind: 'audio', rtpParameters: audioParameters() };
      assertRefused(
        await site.post(`/transports/${receiving}/producers`, track),
        400,
        'INVALID_REQUEST',
        /direction/,
      );
      assertRefused(
        await site.post(`/transports/${receiving}/consumers`, {
          producerId: 'none',
          rtpCapabilities,
        }),
        404,
        'NOT_FOUND',
        /no producer/,
      );
      assertRefused(
        await site.post('/transports/none/producers', track),
        404,
        'NOT_FOUND',
        /no transport/,
      );
      assertRefused(
        await site.post(`/transports/${sending}/producers`, {
          ...track,
          appData: { participantId: participantOf(call, 'bob') },
        }),
        400,
        'INVALID_REQUEST',
        /^appData\.participantId: /,
      );
    });

    test('reaches the members of the live room who came by other contracts', async () => {
      const call = await site.call('ada', 'bob', 'carol');
      const { registry, calls } = site.server;
      const router = await site.router(call);
      const { peer } = await registry.join(
        router,
        peerOptions('carol'),
        (join) => join(),
      );
      const heard = heardBy(peer);
      const peerId = participantOf(call, 'ada');
      const sending = await site.transport(call, 'ada', 'send');
      const { body } = await site.post(`/transports/${sending}/producers`, {
        kind: 'audio',
        rtpParameters: audioParameters(),
      });
      const { producerId } = body.data;
      await calls.remove(userCaller('ada'), call.callId, peerId);
      assert.deepEqual(
        heard.map((event) => [
          event.type,
          'producer' in event ? event.producer.producerId : undefined,
        ]),
        [
          ['peerJoined', undefined],
          ['producerOpened', producerId],
          ['producerClosed', undefined],
          ['peerLeft', undefined],
        ],
      );
    });
  });

  describe('a participant', () => {
    test('acts by its own token for itself alone', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const ada = tokenOf('ada');
      const own = await site.transport(call, 'ada', 'send', ada);
      const others = await site.transport(call, 'bob', 'send');
      assertRefused(
        await site.post(
          `/routers/${router}/transports`,
          { participantId: participantOf(call, 'bob'), direction: 'send' },
          ada,
        ),
        403,
        'FORBIDDEN',
        /^participantId: /,
      );
      const denied = await site.delete(`/transports/${others}`, ada);
      assertRefused(denied, 404, 'NOT_FOUND', /no transport/);
      assert.equal((await site.delete(`/transports/${own}`, ada)).status, 200);
    });

    test('takes its peer along when it leaves', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const transport = await site.transport(call, 'bob', 'send');
      await site.server.calls.remove(
        userCaller('bob'),
        call.callId,
        participantOf(call, 'bob'),
      );
      assert.equal(site.server.registry.get(router).peers.size, 0);
      const gone = await site.delete(`/transports/${transport}`);
      assertRefused(gone, 404, 'NOT_FOUND', /no transport/);
      assertRefused(
        await site.post('/routers', { callId: call.callId }, tokenOf('bob')),
        403,
        'FORBIDDEN',
        /not in the call/,
      );
    });

    test('gets its id back from a client that has taken it', async () => {
      const call = await site.call('ada', 'bob');
      const router = await site.router(call);
      const peerId = participantOf(call, 'ada');
      const { registry } = site.server;
      const { peer: bob } = await registry.join(
        router,
        { ...peerOptions('bob'), id: peerId },
        (join) => join(),
      );
      await site.transport(call, 'ada', 'send');
      assert.equal(bob.closed, true);
      assert.equal(registry.get(router).peers.get(peerId)?.userId, 'ada');
    });
  });
});

test('a participant whose device is gone does not stay for a peer that ICE never reached', async () => {
  const site = await MediaSite.open({ calls: { reconnectTimeout: 3_000 } });
  try {
    const call = await site.call('ada', 'bob');
    await site.router(call);
    await site.transport(call, 'ada', 'send');
    await until('the end of the call', async () => {
      const { status } = await site.server.calls.get(
        userCaller('ada'),
        call.callId,
      );
      return status === 'ended' || undefined;
    });
  } finally {
    await site.close();
  }
});

/** The protocols of a transport's candidates. */
function protocolsIn(data: {
  iceCandidates: readonly { protocol: string }[];
}): string[] {
  return Array.from(
    new Set(data.iceCandidates.map(({ protocol }) => protocol)),
  ).toSorted();
}

function byPriority(
  one: { priority: number },
  other: { priority: number },
): number {
  return other.priority - one.priority;
}
