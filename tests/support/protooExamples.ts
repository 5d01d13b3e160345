import { randomUUID } from 'node:crypto';

import type { Method } from '@atrium/protocol/protoo';

import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import type { RequestSpec } from '../../lib/core/contract.ts';
import { requests } from '../../lib/gateways/protoo/contract.ts';
import {
  audioParameters,
  dtlsParameters,
  narrowCapabilities,
  videoParameters,
} from '../../tools/fixtures/rtp.ts';
import type { Contract, Example } from './Contract.ts';

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

/** Requests with every field of the contract, and what refuses some. */
export const protooExamples: Contract['examples'] = ({
  client,
  own,
  theirs,
}) => {
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
        clientSecret: 's'.repeat(43),
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
    {
      method: 'removePeer',
      data: { peerId, ban: 60_000 },
      refused: 'FORBIDDEN',
    },
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
    { method: 'setSpotlight', data: { peerId }, refused: 'FORBIDDEN' },
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
          ...ALL_PERMISSIONS,
          publish: ['mic'],
          moderate: false,
        },
      },
      refused: 'FORBIDDEN',
    },
    {
      method: 'createInvitation',
      data: { role: 'guest', ttl: 600 },
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
};
