import { sessionErrors } from '../../lib/signalling/errors.ts';
import { requests } from '../../lib/gateways/protoo/contract.ts';
import type { BadHandshake, Contract, Verdict } from './Contract.ts';
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

const noMessage: Verdict = {
  closes: 1002,
  reason: 'expected a protoo message, an object',
};
const noKind: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request, response or notification',
};
const noJson: Verdict = { closes: 1007, reason: 'expected JSON' };
const noNumericId: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request with a number as its id',
};
const noMethod: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request with a string as its method',
};

let rooms = 0;

/** The contract of the protoo gateway. */
export const protoo: Contract = {
  name: 'protoo',
  anyKind: [],
  nullable: [],
  config: {},
  requests,
  methods: { join: 'joinRoom', leave: 'leaveRoom' },
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
    const sending = await client.request('createWebRtcTransport', {
      direction: 'send',
      enableSctp: true,
    });
    const receiving = await client.request('createWebRtcTransport', {
      direction: 'recv',
      enableSctp: true,
    });
    const { producerId } = await client.request('produce', {
      transportId: sending.transportId,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const { consumerId } = await client.request('consume', {
      transportId: receiving.transportId,
      producerId: theirProducerId ?? producerId,
    });
    const { dataProducerId } = await client.request('produceData', {
      transportId: sending.transportId,
      sctpStreamParameters: { streamId: 0 },
    });
    const { dataConsumerId } = await client.request('consumeData', {
      transportId: receiving.transportId,
      dataProducerId,
    });
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
    return [
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
        data: { roomId, peerId, resumeToken: 'x'.repeat(43), received: 0 },
        refused: 'RESUME_REFUSED',
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
          kind: 'audio',
          rtpParameters: audioParameters(),
          appData: { source: 'mic' },
        },
      },
      {
        method: 'produce',
        data: { ...produce, kind: 'video', rtpParameters: videoParameters() },
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
      { method: 'resume', data: { consumerId } },
      {
        method: 'setConsumerPreferredLayers',
        data: { consumerId, spatialLayer: 0, temporalLayer: 0 },
      },
      {
        method: 'setConsumerPriority',
        data: { consumerId, priority: 255 },
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
      { method: 'closeConsumer', data: { consumerId } },
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
      { method: 'leaveRoom', data: {} },
    ];
  },

  frame: (id, method, data) => ({ request: true, id, method, data }),

  codeOf: (code) => sessionErrors[code].status,

  foreign(method, field, whose) {
    switch (field) {
      case 'transportId':
        return 'TRANSPORT_NOT_FOUND';
      case 'consumerId':
        return 'CONSUMER_NOT_FOUND';
      case 'producerId':
        return method === 'consume' && whose === 'a member'
          ? undefined
          : 'PRODUCER_NOT_FOUND';
      case 'dataProducerId':
        return method === 'consumeData' && whose === 'a member'
          ? undefined
          : 'DATA_PRODUCER_NOT_FOUND';
      case 'dataConsumerId':
        return 'DATA_CONSUMER_NOT_FOUND';
      default:
        return 'VALIDATION_ERROR';
    }
  },

  memberId: ({ peerId }) => peerId,

  happenings: (client) =>
    (client as ProtooClient).frames.flatMap(({ method, data }) =>
      happening(method, data as AnyReply),
    ),

  answer: (client, id) => (client as ProtooClient).answer(id),

  refusal: () => {
    throw new Error('protoo knows no refusal of what is no request');
  },

  handshake: {
    path: '/?roomId=room&peerId=peer',
    headers: { 'Sec-WebSocket-Protocol': 'protoo' },
  },

  badHandshakes: {
    'no subprotocol': badQuery('roomId=r&peerId=p', /Sec-WebSocket-Protocol/, {
      'Sec-WebSocket-Protocol': '',
    }),
    'another subprotocol': badQuery(
      'roomId=r&peerId=p',
      /^Sec-WebSocket-Protocol: expected "protoo", got "json, protoo2"$/,
      { 'Sec-WebSocket-Protocol': 'json, protoo2' },
    ),
    'no query': badQuery('', /^roomId: expected string, got nothing$/),
    'no roomId': badQuery('peerId=p', /^roomId: expected string, got nothing$/),
    'no peerId': badQuery('roomId=r', /^peerId: expected string, got nothing$/),
    'an empty roomId': badQuery('roomId=&peerId=p', /^roomId: .+, got ""/),
    'an empty peerId': badQuery('roomId=r&peerId=', /^peerId: .+, got ""/),
    'two roomIds': badQuery(
      'roomId=a&roomId=b&peerId=p',
      /^roomId: expected it once in the URL, got it 2 times$/,
    ),
    'two peerIds': badQuery(
      'roomId=a&peerId=b&peerId=b',
      /^peerId: expected it once in the URL, got it 2 times$/,
    ),
    'a roomId with a space': badQuery(
      'roomId=a%20b&peerId=p',
      /^roomId: expected no spaces and no invisible or control characters, got "a b"$/,
    ),
    'a plus that means a space': badQuery(
      'roomId=a+b&peerId=p',
      /^roomId: expected no spaces/,
    ),
    'a peerId with NUL': badQuery(
      'roomId=r&peerId=a%00b',
      /^peerId: expected no spaces and no invisible or control characters/,
    ),
    'a peerId with a line end': badQuery(
      'roomId=r&peerId=a%0D%0Ab',
      /^peerId: expected no spaces and no invisible or control characters/,
    ),
    'a peerId with an invisible line separator': badQuery(
      'roomId=r&peerId=a%E2%80%A8b',
      /^peerId: expected no spaces and no invisible or control characters/,
    ),
    'a roomId of 129 characters': badQuery(
      `roomId=${'r'.repeat(129)}&peerId=p`,
      /^roomId: expected a length of at most 128, got "r+…$/,
    ),
    'a path of no contract': {
      path: '/nowhere?roomId=r&peerId=p',
      headers: { 'Sec-WebSocket-Protocol': 'protoo' },
      status: 404,
      code: 'NOT_FOUND',
      message: /^no WebSocket contract is spoken at \/nowhere/,
    },
  },

  garbage: {
    null: noMessage,
    'an empty list': noMessage,
    'a list of messages': noMessage,
    '100,000 nested lists': noMessage,
    zero: noMessage,
    'a negative number': noMessage,
    'a number too big to be one': noMessage,
    'a string': noMessage,
    true: noMessage,
    'an empty object': noKind,
    'an object with a prototype': noKind,
    'an object with a constructor': noKind,
    nothing: noJson,
    'half of some JSON': noJson,
    'NaN, which JSON has not': noJson,
    'no JSON': noJson,
  },

  malformed: {
    'a request without an id': {
      frame: '{"request":true,"method":"leaveRoom"}',
      verdict: noNumericId,
    },
    'a request with a string as its id': {
      frame: '{"request":true,"id":"1","method":"leaveRoom"}',
      verdict: noNumericId,
    },
    'a request with an id that no answer could carry': {
      frame: '{"request":true,"id":1e999,"method":"leaveRoom"}',
      verdict: noNumericId,
    },
    'a request without a method': {
      frame: '{"request":true,"id":1}',
      verdict: noMethod,
    },
    'a request with a list as its method': {
      frame: '{"request":true,"id":1,"method":["leaveRoom"]}',
      verdict: noMethod,
    },
    'a request that is only true-ish': {
      frame: '{"request":1,"id":1,"method":"leaveRoom"}',
      verdict: noKind,
    },
    'a response without an id': {
      frame: '{"response":true,"ok":true}',
      verdict: {
        closes: 1002,
        reason: 'expected a protoo response with a number as its id',
      },
    },
    'a notification without a method': {
      frame: '{"notification":true,"data":{}}',
      verdict: {
        closes: 1002,
        reason: 'expected a protoo notification with a string as its method',
      },
    },
  },

  ignored: {
    'a response to nothing': '{"response":true,"id":1,"ok":true,"data":{}}',
    'a refusal of nothing':
      '{"response":true,"id":2,"ok":false,"errorCode":500,"errorReason":"x"}',
    'a notification': '{"notification":true,"method":"peerLeft","data":{}}',
    'a notification named as a request':
      '{"notification":true,"method":"leaveRoom"}',
    'a notification named __proto__':
      '{"notification":true,"method":"__proto__","data":null}',
  },
};

/** The room's change that a frame reports; a response has no method. */
function happening(method: unknown, data: AnyReply): Happening[] {
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

function badQuery(
  query: string,
  message: RegExp,
  headers: Record<string, string> = { 'Sec-WebSocket-Protocol': 'protoo' },
): BadHandshake {
  return {
    path: `/?${query}`,
    headers,
    status: 400,
    code: 'VALIDATION_ERROR',
    message,
  };
}
