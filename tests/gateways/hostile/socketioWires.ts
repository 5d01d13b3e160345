import assert from 'node:assert/strict';

import { tokenOf } from '../calls/CallsSite.ts';
import type { CallsSite } from '../calls/CallsSite.ts';

/** Any id that nothing has. */
export const UNKNOWN = '0123456789abcdef01234567';

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** Events by their JSON, with the codes of their answers. */
type Refused = Readonly<Record<string, readonly [json: string, code: string]>>;

/** A contract over Socket.IO, for suites that send it anything. */
export interface SocketIoWire {
  readonly name: string;
  readonly namespace: '/' | '/media';
  /** Makes what the client needs to authenticate; returns its credentials. */
  prepare(site: CallsSite): Promise<object>;
  /** An event that is refused by one id alone, and the code of the refusal. */
  readonly harmless: readonly [json: string, code: string];
  /** Packets of no namespace of the client, which end the connection. */
  readonly astray: Readonly<Record<string, string>>;
  /** A packet that joins the other namespace, with a query. */
  readonly otherWithQuery: string;
  readonly refused: Refused;
}

/** A packet of a client, as it is written in the namespace of a wire. */
export function packetIn({ namespace }: SocketIoWire, packet: string): string {
  return namespace === '/'
    ? packet
    : packet.replace(/^4([0-6])(\d+-)?/, `4$1$2${namespace},`);
}

/** Events of any contract that are refused as malformed, by its own names. */
function malformed(join: string, event: string): Refused {
  const invalid = (json: string) => [json, 'INVALID_REQUEST'] as const;
  return {
    'of an unknown name': invalid('["call:dance",{}]'),
    'of a number': invalid('[7,{}]'),
    'of no name': invalid('["",{}]'),
    'of a long name': invalid(`["${'x'.repeat(100_000)}"]`),
    'called __proto__': invalid('["__proto__",{}]'),
    'called constructor': invalid('["constructor",{}]'),
    'called toString': invalid('["toString"]'),
    'that only the server sends': invalid(`["${event}",{}]`),
    'without data': invalid(`["${join}"]`),
    'with null': invalid(`["${join}",null]`),
    'with a list': invalid(`["${join}",[]]`),
    'with a number': invalid(`["${join}",1e999]`),
    'with a text': invalid(`["${join}","${UNKNOWN}"]`),
    'with 100,000 nested lists': invalid(`["${join}",${DEEP}]`),
  };
}

const calls: SocketIoWire = {
  name: 'the socket of calls',
  namespace: '/',
  prepare: () => Promise.resolve({ token: tokenOf('mallory') }),
  harmless: [`["call:reject",{"callId":"${UNKNOWN}"}]`, 'CALL_NOT_FOUND'],
  astray: {
    'for a namespace that it has not joined': '42/media,["consume",{}]',
    'for a namespace that is none': '42/__proto__,["x"]',
  },
  otherWithQuery: '40/media?callId=1&__proto__=2,',
  refused: {
    ...malformed('call:join', 'call:ended'),
    'with 100,000 nested lists in a field': [
      `["call:signal",{"callId":"${UNKNOWN}","targetParticipantId":"${UNKNOWN}","signal":${DEEP}}]`,
      'SIGNALING_ERROR',
    ],
    'with a prototype': [
      `["call:reject",{"__proto__":{"callId":"${UNKNOWN}"}}]`,
      'INVALID_REQUEST',
    ],
    'with a constructor': [
      '["call:reject",{"constructor":{"prototype":{"callId":"x"}}}]',
      'INVALID_REQUEST',
    ],
    'with many arguments': [
      `["call:reject",{"callId":"${UNKNOWN}"}${',1'.repeat(50_000)}]`,
      'CALL_NOT_FOUND',
    ],
    'with an id of 200,000 digits': [
      `["call:reject",{"callId":"${'0'.repeat(200_000)}"}]`,
      'INVALID_REQUEST',
    ],
    'with half a character': [
      '["call:transcription",{"text":"\\ud800"}]',
      'TRANSCRIPTION_ERROR',
    ],
    'that authenticates with null': [
      '["authenticate",null]',
      'PERMISSION_DENIED',
    ],
    'that authenticates as another': [
      `["authenticate",{"userId":"ada","token":"${tokenOf('ada')}"}]`,
      'PERMISSION_DENIED',
    ],
  },
};

const media: SocketIoWire = {
  name: 'the socket of the media-server API',
  namespace: '/media',
  async prepare(site) {
    const conversationId = await site.createGroup('mallory', 'ada');
    const { status, body } = await site.ask(
      'POST',
      '/api/calls',
      { conversationId, type: 'video' },
      tokenOf('mallory'),
    );
    assert.equal(status, 201);
    return { callId: body.data.callId, token: tokenOf('mallory') };
  },
  harmless: [`["close",{"producerId":"${UNKNOWN}"}]`, 'NOT_FOUND'],
  astray: {
    'for a namespace that it has not joined': '42["call:join",{}]',
    'for a namespace that is none': '42/__proto__,["x"]',
    'for a namespace below its own': '42/media/x,["consume",{}]',
  },
  otherWithQuery: '40/?callId=1&__proto__=2,',
  refused: {
    ...malformed('produce', 'new-producer'),
    'of the other contract': [
      `["call:join",{"callId":"${UNKNOWN}"}]`,
      'INVALID_REQUEST',
    ],
    'with 100,000 nested lists in a field': [
      `["produce",{"kind":"audio","rtpParameters":${DEEP}}]`,
      'INVALID_REQUEST',
    ],
    'with 100,000 nested lists where anything fits': [
      `["produce",{"kind":"audio","rtpParameters":{"codecs":[]},"appData":{"x":${DEEP}}}]`,
      'INVALID_REQUEST',
    ],
    'with a prototype': [
      `["close",{"__proto__":{"producerId":"${UNKNOWN}"}}]`,
      'INVALID_REQUEST',
    ],
    'with a constructor': [
      '["close",{"constructor":{"prototype":{"producerId":"x"}}}]',
      'INVALID_REQUEST',
    ],
    'with two ids': [
      `["close",{"producerId":"${UNKNOWN}","transportId":"${UNKNOWN}"}]`,
      'INVALID_REQUEST',
    ],
    'with many arguments': [
      `["close",{"producerId":"${UNKNOWN}"}${',1'.repeat(50_000)}]`,
      'NOT_FOUND',
    ],
    'with an id of 200,000 digits': [
      `["close",{"producerId":"${'0'.repeat(200_000)}"}]`,
      'INVALID_REQUEST',
    ],
    'with the id of a prototype': [
      '["close",{"transportId":"__proto__"}]',
      'NOT_FOUND',
    ],
    'with half a character': [
      '["consume",{"producerId":"\\ud800","rtpCapabilities":{}}]',
      'NOT_FOUND',
    ],
    'with a bitrate that is none': [
      '["create-transport",{"direction":"send","initialAvailableOutgoingBitrate":-1e308}]',
      'INVALID_REQUEST',
    ],
    'with no way for media': [
      '["create-transport",{"direction":"send","enableUdp":false,"enableTcp":false}]',
      'INVALID_REQUEST',
    ],
    'that authenticates with null': [
      '["authenticate",null]',
      'INVALID_REQUEST',
    ],
    'that authenticates as another': [
      `["authenticate",{"callId":"${UNKNOWN}","token":"${tokenOf('ada')}"}]`,
      'UNAUTHORIZED',
    ],
  },
};

/** Every contract over Socket.IO. */
export const socketIoWires: readonly SocketIoWire[] = [calls, media];
