import { randomUUID } from 'node:crypto';

import { sessionErrors } from '../../lib/signalling/errors.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { Method } from '@atrium/protocol/protoo';

import type { RequestSpec } from '../../lib/core/contract.ts';
import { requests } from '../../lib/gateways/protoo/contract.ts';
import { answered } from './answered.ts';
import type { Contract, Example } from './Contract.ts';
import {
  badHandshakes,
  garbage,
  ignored,
  malformed,
} from './protooRefusals.ts';
import { plainBody, TOO_MANY_HANDSHAKES } from './SocketContract.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import type { AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  dtlsParameters,
  narrowCapabilities,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import type { Happening } from './View.ts';

let rooms = 0;
let keys = 0;

/** The example with a key of its own, if its request takes one. */
function withKey(example: Example): Example {
  const spec: RequestSpec | undefined = requests[example.method as Method];
  if (spec === undefined || !('requestKey' in spec.data.shape)) {
    return example;
  }
  keys += 1;
  return { ...example, data: { ...example.data, requestKey: `key-${keys}` } };
}

/** Requests of moderators, which the asking client is not. */
const MODERATION: ReadonlySet<string> = new Set<Method>([
  'muteProducer',
  'muteAll',
  'requestUnmute',
  'closeProducerOf',
  'removePeer',
  'lockRoom',
  'setLobby',
  'admitPeer',
  'admitAll',
  'rejectPeer',
  'clearChat',
  'setRoomMetadata',
  'setRole',
  'setPermissions',
  'closeRoom',
]);

/** The error for an id that is not free, or not the client's, to send by. */
function idOfNew(
  field: string,
  owner: 'a member' | 'a stranger',
): ErrorCode | undefined {
  if (field === 'transportId') {
    return 'TRANSPORT_NOT_FOUND';
  }
  return owner === 'a member' ? 'ID_TAKEN' : undefined;
}

/** The contract of the protoo gateway. */
export const protoo: Contract = {
  name: 'protoo',
  anyKind: [],
  nullable: [],
  config: {},
  requests,
  methods: { join: 'joinRoom', leave: 'leaveRoom', close: 'closeRoom' },
  notifications: { joined: 'peerJoined', left: 'peerLeft' },

  makeRoom() {
    rooms += 1;
    return Promise.resolve(`room-${rooms}`);
  },

  connect: (url, roomId, peerId, options) =>
    ProtooClient.connect(url, roomId, peerId, options),

  async enter(client) {
    const { roomId, peerId } = client;
    await client.request('joinRoom', { roomId, peerId, rtpCapabilities });
  },

  async leave(client) {
    await client.request('leaveRoom');
  },

  async setUpMedia(client, theirProducerId) {
    const [sending, receiving] = await answered([
      client.request('createWebRtcTransport', {
        direction: 'send',
        enableSctp: true,
      }),
      client.request('createWebRtcTransport', {
        direction: 'recv',
        enableSctp: true,
      }),
    ]);
    const [{ producerId }, { dataProducerId }] = await answered([
      client.request('produce', {
        transportId: sending.transportId,
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      client.request('produceData', {
        transportId: sending.transportId,
        sctpStreamParameters: { streamId: 0 },
      }),
    ]);
    const [{ consumerId }, { dataConsumerId }] = await answered([
      client.request('consume', {
        transportId: receiving.transportId,
        producerId: theirProducerId ?? producerId,
      }),
      client.request('consumeData', {
        transportId: receiving.transportId,
        dataProducerId,
      }),
    ]);
    return {
      sendTransportId: sending.transportId,
      recvTransportId: receiving.transportId,
      producerId,
      consumerId,
      dataProducerId,
      dataConsumerId,
    };
  },

  async probe(client) {
    const { transportId } = await client.request('createWebRtcTransport', {
      direction: 'send',
    });
    await client.request('produce', {
      transportId,
      kind: 'video',
      rtpParameters: videoParameters(),
    });
  },

  examples({ client, own, theirs }) {
    const { roomId, peerId } = client;
    const { sendTransportId, recvTransportId, producerId, consumerId } = own;
    const { dataProducerId, dataConsumerId } = own;
    const produce = { transportId: sendTransportId, paused: true };
    const produceData = {
      transportId: sendTransportId,
      label: 'chat',
      protocol: 'json',
      appData: { source: 'keyboard' },
    };
    const examples: Example[] = [
      { method: 'getRouterRtpCapabilities', data: {} },
      { method: 'ping', data: {} },
      {
        method: 'joinRoom',
        data: {
          roomId,
          peerId,
          displayName: 'Zoë 🦊',
          device: { flag: 'chrome', name: 'Chrome', version: '150' },
          rtpCapabilities: narrowCapabilities,
        },
      },
      {
        method: 'joinRoom',
        data: {
          roomId,
          peerId,
          resumeToken: 'x'.repeat(43),
          after: 0,
          received: 0,
        },
        refused: 'RESUME_REFUSED',
      },
      {
        method: 'joinRoom',
        data: {
          roomId,
          peerId,
          rtpCapabilities: narrowCapabilities,
          transports: [
            { direction: 'send', enableSctp: true },
            { direction: 'recv', forceTcp: true },
          ],
          subscribe: { kinds: ['audio', 'video'], sources: ['mic', 'camera'] },
        },
      },
      {
        method: 'createWebRtcTransport',
        data: { direction: 'recv', forceTcp: true, enableSctp: true },
      },
      { method: 'createWebRtcTransport', data: { direction: 'send' } },
      { method: 'getIceServers', data: {} },
      {
        method: 'connectWebRtcTransport',
        data: { transportId: recvTransportId, dtlsParameters },
      },
      { method: 'restartIce', data: { transportId: sendTransportId } },
      {
        method: 'produce',
        data: {
          ...produce,
          producerId: randomUUID(),
          kind: 'audio',
          rtpParameters: audioParameters(),
          appData: { source: 'mic' },
        },
      },
      {
        method: 'produce',
        data: {
          ...produce,
          producerId: randomUUID(),
          kind: 'video',
          rtpParameters: videoParameters(),
        },
      },
      {
        method: 'consume',
        data: {
          transportId: recvTransportId,
          producerId: theirs.producerId,
          rtpCapabilities: narrowCapabilities,
        },
      },
      { method: 'pause', data: { consumerId } },
      { method: 'pause', data: { consumerIds: [consumerId] } },
      { method: 'resume', data: { consumerId } },
      { method: 'resume', data: { consumerIds: [consumerId] } },
      {
        method: 'setConsumerPreferredLayers',
        data: { consumerId, spatialLayer: 0, temporalLayer: 0 },
      },
      {
        method: 'setConsumerPriority',
        data: { consumerId, priority: 255 },
      },
      {
        method: 'setViews',
        data: {
          views: [
            { producerId: theirs.producerId, width: 640, height: 360 },
            { producerId, off: true },
          ],
        },
      },
      {
        method: 'requestConsumerKeyFrame',
        data: { consumerId },
        refused: 'VALIDATION_ERROR',
      },
      {
        method: 'produceData',
        data: {
          ...produceData,
          dataProducerId: randomUUID(),
          sctpStreamParameters: {
            streamId: 7,
            ordered: false,
            maxRetransmits: 3,
          },
        },
      },
      {
        method: 'produceData',
        data: {
          ...produceData,
          dataProducerId: randomUUID(),
          sctpStreamParameters: {
            streamId: 8,
            ordered: false,
            maxPacketLifeTime: 500,
          },
        },
      },
      {
        method: 'consumeData',
        data: {
          transportId: recvTransportId,
          dataProducerId: theirs.dataProducerId,
        },
      },
      { method: 'getDataProducerStats', data: { dataProducerId } },
      { method: 'getDataConsumerStats', data: { dataConsumerId } },
      { method: 'closeDataConsumer', data: { dataConsumerId } },
      { method: 'closeDataProducer', data: { dataProducerId } },
      { method: 'getTransportStats', data: { transportId: sendTransportId } },
      { method: 'getProducerStats', data: { producerId } },
      { method: 'getConsumerStats', data: { consumerId } },
      {
        method: 'closeConsumer',
        data: { consumerId, consumerIds: [consumerId] },
      },
      {
        method: 'closeWebRtcTransport',
        data: { transportId: recvTransportId },
      },
      {
        method: 'closeWebRtcTransport',
        data: { transportId: sendTransportId },
      },
      { method: 'pauseProducer', data: { producerId } },
      { method: 'resumeProducer', data: { producerId } },
      { method: 'closeProducer', data: { producerId } },
      {
        method: 'sendMessage',
        data: { to: [peerId], data: { text: 'Hello', list: [1, null] } },
      },
      {
        method: 'muteProducer',
        data: { producerId: theirs.producerId },
        refused: 'FORBIDDEN',
      },
      {
        method: 'muteAll',
        data: { source: 'mic', except: [peerId] },
        refused: 'FORBIDDEN',
      },
      {
        method: 'requestUnmute',
        data: { producerId: theirs.producerId },
        refused: 'FORBIDDEN',
      },
      {
        method: 'closeProducerOf',
        data: { producerId: theirs.producerId },
        refused: 'FORBIDDEN',
      },
      { method: 'removePeer', data: { peerId }, refused: 'FORBIDDEN' },
      { method: 'lockRoom', data: { locked: true }, refused: 'FORBIDDEN' },
      { method: 'setLobby', data: { enabled: true }, refused: 'FORBIDDEN' },
      { method: 'admitPeer', data: { peerId }, refused: 'FORBIDDEN' },
      { method: 'admitAll', data: {}, refused: 'FORBIDDEN' },
      { method: 'rejectPeer', data: { peerId }, refused: 'FORBIDDEN' },
      { method: 'clearChat', data: {}, refused: 'FORBIDDEN' },
      {
        method: 'setRoomMetadata',
        data: { metadata: { topic: 'Tea' } },
        refused: 'FORBIDDEN',
      },
      {
        method: 'setRole',
        data: { peerId, role: 'guest' },
        refused: 'FORBIDDEN',
      },
      {
        method: 'setPermissions',
        data: {
          peerId,
          permissions: {
            publish: ['mic'],
            subscribe: true,
            data: true,
            chat: true,
            raiseHand: true,
            metadata: true,
            moderate: false,
          },
        },
        refused: 'FORBIDDEN',
      },
      { method: 'closeRoom', data: {}, refused: 'FORBIDDEN' },
      { method: 'reportQuality', data: { quality: 'weak' } },
      { method: 'raiseHand', data: { raised: true } },
      { method: 'react', data: { emoji: '🎉' } },
      { method: 'setPeerMetadata', data: { metadata: { seat: [1] } } },
      { method: 'setDisplayName', data: { displayName: 'Zoë' } },
      { method: 'leaveRoom', data: {} },
    ];
    return examples.map(withKey);
  },

  frame: (id, method, data) => ({ request: true, id, method, data }),

  codeOf: (code) => sessionErrors[code].status,

  foreign(method, field, owner) {
    if (MODERATION.has(method)) {
      return 'FORBIDDEN';
    }
    if (method === 'produce' || method === 'produceData') {
      return idOfNew(field, owner);
    }
    switch (field) {
      case 'transportId':
        return 'TRANSPORT_NOT_FOUND';
      case 'consumerId':
      case 'consumerIds':
        return 'CONSUMER_NOT_FOUND';
      case 'producerId':
        return ['consume', 'setViews'].includes(method) && owner === 'a member'
          ? undefined
          : 'PRODUCER_NOT_FOUND';
      case 'dataProducerId':
        return method === 'consumeData' && owner === 'a member'
          ? undefined
          : 'DATA_PRODUCER_NOT_FOUND';
      case 'dataConsumerId':
        return 'DATA_CONSUMER_NOT_FOUND';
      default:
        return 'VALIDATION_ERROR';
    }
  },

  memberId: ({ peerId }) => peerId,

  happenings(client) {
    const known = new Set<string>();
    return (client as ProtooClient).frames.flatMap(({ method, data }) => {
      const happenings = happening(method, data as AnyReply, known);
      for (const it of happenings) {
        follow(it, known);
      }
      return happenings;
    });
  },

  answer: (client, id) => (client as ProtooClient).answer(id),

  harmless: (_, id) =>
    JSON.stringify({
      request: true,
      id,
      method: 'getRouterRtpCapabilities',
      data: {},
    }),

  assertKept: () => {
    throw new Error('protoo closes the connection for what is no request');
  },

  handshake: {
    path: '/?roomId=room&peerId=peer',
    headers: { 'Sec-WebSocket-Protocol': 'protoo' },
  },

  refusal: plainBody,
  throttled: TOO_MANY_HANDSHAKES,
  badHandshakes,
  garbage,
  malformed,
  ignored,
};

/** Keeps the ids of the producers that a client knows. */
function follow(it: Happening, known: Set<string>): void {
  if (it.type === 'snapshot') {
    known.clear();
    for (const producerId of Array.from(it.peers.values()).flat()) {
      known.add(producerId);
    }
  } else if (it.type === 'opened') {
    known.add(it.producerId);
  } else if (it.type === 'closed') {
    known.delete(it.producerId);
  }
}

/**
 * The room's change that a frame reports; a response has no method. A consumer
 * that the server opens announces its producer, unless the client knows that.
 */
function happening(
  method: unknown,
  data: AnyReply,
  known: ReadonlySet<string>,
): Happening[] {
  const { peerId, producerId } = data ?? {};
  switch (method) {
    case undefined:
      return data?.peers === undefined
        ? []
        : [{ type: 'snapshot', peers: producersOf(data.peers) }];
    case 'peerJoined':
      return [{ type: 'joined', peerId }];
    case 'peerLeft':
      return [{ type: 'left', peerId }];
    case 'newProducer':
      return [{ type: 'opened', peerId, producerId }];
    case 'consumerOpened':
      return known.has(producerId)
        ? []
        : [{ type: 'opened', peerId, producerId }];
    case 'producerClosed':
      return [{ type: 'closed', peerId, producerId }];
    default:
      return [];
  }
}

function producersOf(peers: AnyReply[]): Map<string, string[]> {
  return new Map(
    peers.map(({ peerId, producers }) => [
      peerId,
      producers.map(({ producerId }: AnyReply) => producerId),
    ]),
  );
}
