import { sessionErrors } from '../../lib/signalling/errors.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { Method } from '@atrium/protocol/protoo';

import { requests } from '../../lib/gateways/protoo/contract.ts';
import { answered } from './answered.ts';
import type { Contract } from './Contract.ts';
import { protooExamples } from './protooExamples.ts';
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
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import type { Happening } from './View.ts';

let rooms = 0;

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
  'setSpotlight',
  'setRole',
  'setPermissions',
  'createInvitation',
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
  anyKind: [/^data\.ban$/],
  nullable: ['setSpotlight data.peerId'],
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

  examples: protooExamples,

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
