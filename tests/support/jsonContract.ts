import assert from 'node:assert/strict';

import { JSON_ERRORS } from '../../lib/gateways/json/errors.ts';
import { requests } from '../../lib/gateways/json/contract.ts';
import { answered } from './answered.ts';
import { unknownIds } from './Contract.ts';
import type { Contract } from './Contract.ts';
import { plainBody, TOO_MANY_HANDSHAKES } from './SocketContract.ts';
import type { BadHandshake, Verdict } from './SocketContract.ts';
import {
  audioParameters,
  dtlsParameters,
  narrowCapabilities,
  rtpCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import { JsonClient, userToken, withTokens } from './JsonClient.ts';
import type { JsonMessage } from './JsonClient.ts';
import type { Happening } from './View.ts';

const noObject: Verdict = {
  refuses: 'VALIDATION_ERROR',
  message: /^input: expected object, got /,
};
const noType: Verdict = {
  refuses: 'VALIDATION_ERROR',
  message: /^type: expected string, got /,
};
const noRequestId: Verdict = {
  refuses: 'VALIDATION_ERROR',
  message: /^requestId: expected /,
};
const noJson: Verdict = { closes: 1007, reason: 'expected JSON' };

/** The contract of the JSON API over WebSocket. */
export const json: Contract = {
  name: 'the JSON API',
  anyKind: [/\.appData$/],
  nullable: ['authenticate data.token'],
  config: withTokens,
  requests,
  methods: { join: 'joinRoom', leave: 'leaveRoom' },
  notifications: { joined: 'participantJoined', left: 'participantLeft' },

  async makeRoom(server) {
    const { id } = await server.registry.create({
      network: 'here',
    });
    return id;
  },

  async connect(url, roomId, peerId, options) {
    const client = await JsonClient.connect(
      url,
      { query: userToken(peerId) },
      { ...options, roomId, peerId },
    );
    await client.received('connected');
    return client;
  },

  async enter(client) {
    const { roomId, peerId } = client;
    await client.request('joinRoom', { roomId, displayName: peerId });
  },

  async leave(client) {
    await client.request('leaveRoom', { roomId: client.roomId });
  },

  async setUpMedia(client, theirProducerId) {
    const { roomId } = client;
    const [sending, receiving] = await answered([
      client.request('createWebRtcTransport', { roomId, direction: 'send' }),
      client.request('createWebRtcTransport', { roomId, direction: 'recv' }),
    ]);
    const { producerId } = await client.request('publish', {
      roomId,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const { consumerId } = await client.request('subscribe', {
      roomId,
      producerId: theirProducerId ?? producerId,
      rtpCapabilities,
    });
    return {
      ...unknownIds,
      sendTransportId: sending.transportId,
      recvTransportId: receiving.transportId,
      producerId,
      consumerId,
    };
  },

  async probe(client) {
    const { roomId } = client;
    await client.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    await client.request('publish', {
      roomId,
      kind: 'video',
      rtpParameters: videoParameters(),
    });
  },

  examples({ client, own, theirs }) {
    const { roomId, peerId } = client;
    const { sendTransportId, recvTransportId, producerId, consumerId } = own;
    return [
      { method: 'authenticate', data: { token: userToken(peerId) } },
      {
        method: 'createRoom',
        data: { name: 'Zoë 🦊', description: 'Any', maxParticipants: 3 },
      },
      { method: 'getRouterRtpCapabilities', data: { roomId } },
      { method: 'joinRoom', data: { roomId, displayName: 'Zoë 🦊' } },
      {
        method: 'createWebRtcTransport',
        data: { roomId, direction: 'recv' },
      },
      {
        method: 'createWebRtcTransport',
        data: { roomId, direction: 'send' },
      },
      {
        method: 'connectWebRtcTransport',
        data: { roomId, transportId: recvTransportId, dtlsParameters },
      },
      {
        method: 'restartIce',
        data: { roomId, transportId: sendTransportId },
      },
      {
        method: 'publish',
        data: {
          roomId,
          kind: 'audio',
          rtpParameters: audioParameters(),
          appData: { source: 'mic' },
        },
      },
      {
        method: 'publish',
        data: { roomId, kind: 'video', rtpParameters: videoParameters() },
      },
      {
        method: 'subscribe',
        data: {
          roomId,
          producerId: theirs.producerId,
          rtpCapabilities: narrowCapabilities,
          appData: {},
        },
      },
      {
        method: 'setPreferredLayers',
        data: { roomId, consumerId, spatialLayer: 0, temporalLayer: 0 },
      },
      { method: 'pause', data: { roomId, consumerId } },
      { method: 'resume', data: { roomId, consumerId } },
      { method: 'unsubscribe', data: { roomId, consumerId } },
      { method: 'unpublish', data: { roomId, producerId } },
      { method: 'leaveRoom', data: { roomId } },
    ];
  },

  frame: (id, method, data) => ({
    type: method,
    data,
    requestId: typeof id === 'number' ? requestId(id) : id,
  }),

  codeOf: (code) => JSON_ERRORS[code],

  foreign(method, field, owner) {
    switch (field) {
      case 'roomId':
        return method === 'joinRoom' ? undefined : 'NOT_JOINED';
      case 'transportId':
        return 'TRANSPORT_NOT_FOUND';
      case 'consumerId':
        return 'CONSUMER_NOT_FOUND';
      default:
        return method === 'subscribe' && owner === 'a member'
          ? undefined
          : 'PRODUCER_NOT_FOUND';
    }
  },

  memberId: (client) => (client as JsonClient).participantId,

  happenings: (client) => (client as JsonClient).messages.flatMap(happening),

  answer: (client, id) => (client as JsonClient).answer(requestId(id)),

  async assertKept(client, verdict) {
    assert.ok(verdict !== 'dropped');
    const { error, message } = await (client as JsonClient).received(
      'error',
      (it) => it.requestId === undefined,
    );
    assert.equal(error, JSON_ERRORS[verdict.refuses]);
    assert.match(message ?? '', verdict.message);
    await assert.rejects(client.request('nothing'), {
      code: JSON_ERRORS.UNKNOWN_METHOD,
      message: 'there is no request "nothing"',
    });
  },

  harmless: ({ roomId }, id) =>
    JSON.stringify({
      type: 'getRouterRtpCapabilities',
      data: { roomId },
      requestId: requestId(id),
    }),

  handshake: { path: '/ws', headers: {} },

  refusal: plainBody,
  throttled: TOO_MANY_HANDSHAKES,
  badHandshakes: {
    'a path below the contract': {
      path: '/ws/',
      status: 404,
      body: plainBody('SESSION_NOT_FOUND', /^there is no such session/),
    },
    'a path of no contract': nowhere('/sfu'),
  },

  garbage: {
    null: noObject,
    'an empty list': noObject,
    'a list of messages': noObject,
    '100,000 nested lists': noObject,
    zero: noObject,
    'a negative number': noObject,
    'a number too big to be one': noObject,
    'a string': noObject,
    true: noObject,
    'an empty object': noType,
    'an object with a prototype': noType,
    'an object with a constructor': noType,
    nothing: noJson,
    'half of some JSON': noJson,
    'NaN, which JSON has not': noJson,
    'no JSON': noJson,
  },

  malformed: {
    'a request without a type': {
      frame: '{"requestId":"1","data":{}}',
      verdict: noType,
    },
    'a request with a list as its type': {
      frame: '{"type":["leaveRoom"]}',
      verdict: noType,
    },
    'a request with a number as its id': {
      frame: '{"type":"leaveRoom","requestId":1}',
      verdict: noRequestId,
    },
    'a request with an id that is too long': {
      frame: `{"type":"leaveRoom","requestId":"${'x'.repeat(129)}"}`,
      verdict: noRequestId,
    },
    'an event of the server': {
      frame: '{"type":"participantLeft","data":{}}',
      verdict: {
        refuses: 'UNKNOWN_METHOD',
        message: /^there is no request "participantLeft"$/,
      },
    },
  },

  ignored: {},
};

/** The room's change that a message reports. */
function happening({ type, data }: JsonMessage): Happening[] {
  const { participantId: peerId, producerId } = data ?? {};
  switch (type) {
    case 'joinRoomResponse':
      return [
        {
          type: 'snapshot',
          // Producers are announced in messages of their own.
          peers: new Map(
            data.participants.map(({ id }: { id: string }) => [id, []]),
          ),
        },
      ];
    case 'participantJoined':
      return [{ type: 'joined', peerId }];
    case 'participantLeft':
      return [{ type: 'left', peerId }];
    case 'producerCreated':
      return [{ type: 'opened', peerId, producerId }];
    case 'producerClosed':
      return [{ type: 'closed', peerId, producerId }];
    default:
      return [];
  }
}

function requestId(id: number): string {
  return `request-${id}`;
}

function nowhere(path: string): BadHandshake {
  return {
    path,
    status: 404,
    body: plainBody('NOT_FOUND', /^no WebSocket contract is served at /),
  };
}
