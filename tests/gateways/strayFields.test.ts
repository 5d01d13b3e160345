import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { z } from 'zod';

import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import type { EventTable } from '../../lib/core/contract.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { events } from '../../lib/gateways/json/contract.ts';
import { encoderFor } from '../../lib/gateways/json/encode.ts';
import { frameOf, unnumbered } from '../../lib/gateways/protoo/encode.ts';
import { notifications } from '../../lib/gateways/protoo/notifications.ts';
import type { EventEncoder, RoomEvent } from '../../lib/rooms/events.ts';
import { Peer } from '../../lib/rooms/Peer.ts';
import type { Server } from '../../lib/Server.ts';
import { RequestDispatcher } from '../../lib/signalling/RequestDispatcher.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import type { Client, Contract } from '../support/Contract.ts';
import { json } from '../support/jsonContract.ts';
import { protoo } from '../support/protooContract.ts';

const STRAY = { stray: 'stray' };

const consumer = {
  peerId: 'ada',
  consumerId: 'c',
  producerId: 'p',
  kind: 'video',
} as const;
const producer = {
  producerId: 'p',
  kind: 'video',
  paused: false,
  source: 'camera',
  appData: { kept: 1 },
} as const;
const dataProducer = {
  dataProducerId: 'd',
  label: 'l',
  protocol: 'x',
  appData: {},
};

/** One of each event of a room. */
const ROOM_EVENTS: {
  [Type in RoomEvent['type']]: Extract<RoomEvent, { type: Type }>;
} = {
  peerJoined: {
    type: 'peerJoined',
    peer: {
      peerId: 'ada',
      userId: 'u',
      displayName: 'Ada',
      role: 'member',
      permissions: ALL_PERMISSIONS,
      device: { name: 'Browser' },
      joinedAt: 1,
      producers: [producer],
      dataProducers: [dataProducer],
    },
  },
  peerLeft: { type: 'peerLeft', peerId: 'ada', reason: 'left' },
  peerUpdated: {
    type: 'peerUpdated',
    peerId: 'ada',
    displayName: 'Ada',
    role: 'moderator',
    handRaisedAt: 1,
    metadata: { kept: 1 },
  },
  reaction: { type: 'reaction', peerId: 'ada', emoji: '👏' },
  permissionsChanged: {
    type: 'permissionsChanged',
    role: 'moderator',
    permissions: {
      ...ALL_PERMISSIONS,
      publish: ['mic'],
      moderate: ['mute'],
    },
    by: 'ada',
  },
  producerMuted: { type: 'producerMuted', producerId: 'p', by: 'ada' },
  producerStopped: { type: 'producerStopped', producerId: 'p', by: 'ada' },
  unmuteRequested: { type: 'unmuteRequested', producerId: 'p', by: 'ada' },
  roomUpdated: {
    type: 'roomUpdated',
    locked: true,
    lobby: true,
    metadata: { kept: 1 },
    spotlight: 'bob',
    by: 'ada',
  },
  chatCleared: { type: 'chatCleared', by: 'ada' },
  peerWaiting: {
    type: 'peerWaiting',
    waiting: {
      peerId: 'ada',
      displayName: 'Ada',
      device: { name: 'Browser' },
      waitingSince: 1,
    },
  },
  peerWaitingLeft: {
    type: 'peerWaitingLeft',
    peerId: 'ada',
    reason: 'admitted',
  },
  connectionQuality: {
    type: 'connectionQuality',
    peerId: 'ada',
    quality: 'weak',
  },
  producerOpened: { type: 'producerOpened', peerId: 'ada', producer },
  producerClosed: { type: 'producerClosed', peerId: 'ada', producerId: 'p' },
  producerPaused: { type: 'producerPaused', peerId: 'ada', producerId: 'p' },
  producerResumed: { type: 'producerResumed', peerId: 'ada', producerId: 'p' },
  dataProducerOpened: {
    type: 'dataProducerOpened',
    peerId: 'ada',
    dataProducer,
  },
  dataProducerClosed: {
    type: 'dataProducerClosed',
    peerId: 'ada',
    dataProducerId: 'd',
  },
  dataConsumerClosed: { type: 'dataConsumerClosed', dataConsumerId: 'd' },
  consumerOpened: { type: 'consumerOpened', ...consumer },
  consumerPaused: { type: 'consumerPaused', ...consumer },
  consumerResumed: { type: 'consumerResumed', ...consumer },
  consumerLayersChanged: {
    type: 'consumerLayersChanged',
    ...consumer,
    layers: { spatialLayer: 1, temporalLayer: 2 },
  },
  consumerClosed: { type: 'consumerClosed', ...consumer },
  consumerSuspended: { type: 'consumerSuspended', ...consumer },
  consumerRestored: { type: 'consumerRestored', ...consumer },
  consumerScore: {
    type: 'consumerScore',
    consumerId: 'c',
    score: 10,
    producerScore: 9,
    producerScores: [9],
  },
  producerScore: {
    type: 'producerScore',
    producerId: 'p',
    scores: [{ encodingIdx: 0, ssrc: 1, score: 10 }],
  },
  producerWanted: {
    type: 'producerWanted',
    producerId: 'p',
    maxSpatialLayer: 1,
  },
  message: { type: 'message', from: 'ada', data: { kept: 1 } },
  serverMessage: { type: 'serverMessage', data: { kept: 1 } },
  keptMessage: {
    type: 'keptMessage',
    from: 'ada',
    message: {
      id: 1,
      author: { id: 1, email: 'ada@example.com', name: 'Ada' },
      content: 'hello',
      createdAt: 1,
    },
  },
  signal: {
    type: 'signal',
    userId: '1',
    signal: { kind: 'offer', offer: { type: 'offer', sdp: 'v=0' } },
  },
  activeSpeaker: { type: 'activeSpeaker', peerId: 'ada' },
  audioLevels: {
    type: 'audioLevels',
    levels: [{ peerId: 'ada', volume: -20 }],
  },
  mediaReset: {
    type: 'mediaReset',
    rtpCapabilities: {
      codecs: [
        {
          kind: 'audio',
          mimeType: 'audio/opus',
          preferredPayloadType: 100,
          clockRate: 48_000,
          rtcpFeedback: [{ type: 'nack' }],
        },
      ],
    },
  },
  subscribed: {
    type: 'subscribed',
    consumer: {
      consumerId: 'c',
      producerId: 'p',
      peerId: 'ada',
      kind: 'audio',
      rtpParameters: {
        codecs: [
          { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000 },
        ],
      },
      type: 'simple',
      paused: true,
      producerPaused: false,
      score: { score: 10, producerScore: 10, producerScores: [10] },
      appData: { kept: 1 },
    },
  },
  tokenExpiring: { type: 'tokenExpiring', expiresAt: 1 },
  serverDraining: { type: 'serverDraining', deadline: 1 },
};

/** Fields that may hold anything, and are passed on whole. */
const OPEN = new Set(['appData', 'data', 'metadata', 'parameters']);

/** A copy with a field that no contract knows in every object. */
function withStrays<Value>(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(withStrays) as Value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = Object.entries(value).map(([name, field]) => [
    name,
    OPEN.has(name) ? (field as unknown) : withStrays(field as unknown),
  ]);
  return { ...Object.fromEntries(fields), ...STRAY } as Value;
}

/** A value of a schema, with extra fields in each object that it closes. */
function sampleOf(schema: z.core.$ZodType, extra: object): unknown {
  // oxlint-disable-next-line eslint/no-underscore-dangle
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return {
        ...Object.fromEntries(
          Object.entries(def.shape).map(([name, field]) => [
            name,
            sampleOf(field, extra),
          ]),
        ),
        ...(def.catchall === undefined ? extra : { open: 1 }),
      };
    case 'array':
      return [sampleOf(def.element, extra)];
    case 'optional':
    case 'nullable':
      return sampleOf(def.innerType, extra);
    case 'pipe':
      return sampleOf(def.out, extra);
    case 'record':
      return { open: 1 };
    default:
      return 'anything';
  }
}

/** One of each event that belongs to no stay in a room. */
const EVENTS_BESIDE: Parameters<typeof unnumbered>[0][] = [
  { method: 'lobby', data: { position: 1 } },
  { method: 'admitted', data: {} },
  {
    method: 'closing',
    data: { code: 1001, name: 'shutdown', reason: 'x' },
  },
];

const gateways: {
  contract: Contract;
  table: EventTable;
  encode: EventEncoder;
  /** Encodes events that belong to no stay, where the contract has them. */
  beside?: typeof unnumbered;
}[] = [
  {
    contract: protoo,
    table: notifications,
    encode: frameOf,
    beside: unnumbered,
  },
  { contract: json, table: events, encode: encoderFor('room') },
];

for (const { contract, table, encode, beside } of gateways) {
  const { name, requests } = contract;

  describe(`messages of ${name}`, () => {
    test('have no fields in an event that the contract does not name', () => {
      const sent = new Set<string>();
      for (const event of Object.values(ROOM_EVENTS)) {
        const frame = encode(withStrays(event));
        if (frame instanceof Buffer) {
          const text = frame.toString();
          assert.doesNotMatch(text, /stray/, event.type);
          const message = JSON.parse(text) as Record<string, unknown>;
          const method = String(message['method'] ?? message['type']);
          assert.deepEqual(
            message,
            JSON.parse(String(encode({ ...event }))),
            event.type,
          );
          sent.add(method);
        }
      }
      for (const event of beside === undefined ? [] : EVENTS_BESIDE) {
        const strayed = { ...event, data: withStrays(event.data) };
        assert.equal(beside?.(strayed as typeof event), beside?.(event));
        sent.add(event.method);
      }
      assert.deepEqual(sent, new Set(Object.keys(table)));
    });

    for (const [method, { reply, ...spec }] of Object.entries(requests)) {
      test(`have no such fields in the reply to ${method}`, async () => {
        const session = {
          gateway: 'test',
          context: { metrics: new Metrics() },
          permit: () => undefined,
          noteRefusal: () => undefined,
        };
        const dispatcher = new RequestDispatcher(
          { [method]: { ...spec, data: z.object({}), reply } },
          { [method]: () => sampleOf(reply, STRAY) as Record<string, unknown> },
        );
        const outcome = await dispatcher.dispatch(session, {
          method,
          data: {},
          arrival: {
            admit: () => ({
              countEntries: () => undefined,
              fail: () => undefined,
              [Symbol.dispose]: () => undefined,
            }),
          },
        });
        assert.ok(outcome.ok);
        assert.deepEqual(outcome.reply, sampleOf(reply, {}));
      });
    }
  });

  describe(`messages to a client of ${name}`, () => {
    let server: Server;

    before(async () => {
      server = await startServer(contract.config);
    });

    after(() => server.close());

    test('have only fields that the contract names', async (t) => {
      // The compiler would not let a stray field in; a slip of a type might.
      // Called on the peer below.
      // oxlint-disable-next-line typescript/unbound-method
      const { info } = Peer.prototype;
      t.mock.method(Peer.prototype, 'info', function strayed(this: Peer) {
        return withStrays(info.call(this));
      });
      const room = await contract.makeRoom(server);
      const texts: string[] = [];
      const join = async (peerId: string): Promise<Client> => {
        const client = await contract.connect(server.url, room, peerId);
        client.socket.on('message', (data: Buffer) =>
          texts.push(data.toString()),
        );
        await contract.enter(client);
        return client;
      };
      const ada = await join('ada');
      const bob = await join('bob');
      await ada.notified(contract.notifications.joined);
      assert.ok(texts.length >= 3);
      assert.doesNotMatch(texts.join('\n'), /stray/);
      await Promise.all([ada.close(), bob.close()]);
    });
  });
}
