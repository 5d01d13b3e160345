import { routeContract as admin } from '../../lib/gateways/admin/routes.ts';
import { routeContract as calls } from '../../lib/gateways/calls/routes.ts';
import { routeContract as chat } from '../../lib/gateways/chat/routes.ts';
import { routeContract as media } from '../../lib/gateways/media/routes.ts';
import { routeContract as meetings } from '../../lib/gateways/meetings/routes.ts';
import { routeContract as protoo } from '../../lib/gateways/protoo/routes.ts';
import { routeContract as users } from '../../lib/gateways/users/routes.ts';
import type { RouteContract } from '../../lib/http/RouteSpec.ts';
import { systemContract } from '../../lib/http/system/contract.ts';
import { audioParameters, dtlsParameters } from '../../tools/fixtures/rtp.ts';
import type { Store } from '../../lib/store/Store.ts';
import { apiBodies, apiParameters } from './apiExamples.ts';
import { rootKey } from './apiKeys.ts';
import { accessToken, accountToken } from './chatAccount.ts';
import { addMeeting, MEETING_ID } from './meeting.ts';
import { addPastCall, pastCall } from './pastCall.ts';

/** A contract over HTTP, for suites that each of them has to pass. */
export interface Resources {
  readonly name: string;
  readonly contract: RouteContract;
  /** Adds to the database what the parameters name. */
  prepare?(store: Store): Promise<unknown>;
  /** Headers of a client that every resource serves. */
  readonly headers: Record<string, string>;
  /** Valid parameters of paths. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Texts that are no parameter of a path, and are not found or refused. */
  readonly badParameters: readonly string[];
  /** Valid bodies by the names of the routes. */
  readonly bodies: Readonly<Record<string, object>>;
  /** Routes that ignore their body. */
  readonly bodiless: readonly string[];
  /** Kinds of values that count as another kind. */
  readonly alike: Readonly<Record<string, string>>;
}

/** Texts that are no id. */
const BAD_IDS = [
  '%00',
  '%2e%2e',
  '%2f',
  '%',
  '%ff',
  '\\',
  "'",
  '<b>',
  '0',
  '-1',
  '1e3',
  '%31%00',
  '1.0',
  '0x1',
  'NaN',
  '99999999999999999999',
  '9'.repeat(2_000),
  '__proto__',
  '1;drop',
];

/** Every contract over HTTP. */
export const resources: readonly Resources[] = [
  {
    name: 'the server itself',
    contract: systemContract,
    headers: {},
    parameters: {},
    badParameters: [],
    bodies: {},
    bodiless: [],
    alike: {},
  },
  {
    name: 'protoo',
    contract: protoo,
    headers: {},
    parameters: { roomId: 'nowhere', peerId: 'peer' },
    badParameters: ['%00', '%', '%ff', '%F0%9F', '%20', 'x'.repeat(129)],
    bodies: {},
    bodiless: [],
    alike: {},
  },
  {
    name: 'the chat API',
    contract: chat,
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: { id: '1' },
    badParameters: BAD_IDS,
    bodies: {
      register: {
        email: 'bob@example.com',
        name: 'Bob',
        password: 'correct horse battery',
      },
      login: { email: 'bob@example.com', password: 'correct horse battery' },
      refreshToken: { refresh: accountToken({ token_type: 'refresh' }) },
      updateProfile: { name: 'Ada' },
      createRoom: { name: 'Room', description: 'Any', room_type: 'chat' },
      updateRoom: { name: 'Room', description: 'Any' },
    },
    bodiless: ['logout'],
    alike: { number: 'string' },
  },
  {
    name: 'the calls API',
    contract: calls,
    prepare: addPastCall,
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: { ...pastCall, userId: '1', token: 'none' },
    badParameters: BAD_IDS,
    bodies: {
      createConversation: { type: 'group', title: 'Any', memberIds: ['bob'] },
      addMember: { userId: 'bob' },
      createShareLink: { expiresIn: 60 },
      startGuestSession: { username: 'Bob', language: 'fr' },
      initiateCall: {
        conversationId: pastCall.conversationId,
        type: 'video',
        settings: {
          audioEnabled: true,
          videoEnabled: false,
          screenShareEnabled: false,
        },
      },
      joinCall: { audioEnabled: true, videoEnabled: false },
      switchCallMode: { mode: 'sfu' },
      submitTranscription: {
        participantId: pastCall.participantId,
        text: 'Hello',
        language: 'en',
        timestamp: '2026-02-03T04:05:06.789Z',
        confidenceScore: 0.5,
      },
    },
    bodiless: [],
    alike: { number: 'string' },
  },
  {
    name: 'the media-server API',
    contract: media,
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: {
      routerId: `call-${'a'.repeat(24)}`,
      transportId: 'transport',
      producerId: 'producer',
      consumerId: 'consumer',
    },
    badParameters: [
      '%00',
      '%2e%2e',
      '%2f',
      '%',
      '%ff',
      '\\',
      "'",
      '<b>',
      'call-',
      `call-${'A'.repeat(24)}`,
      `call-${'a'.repeat(25)}`,
      '__proto__',
      'constructor',
      'x'.repeat(129),
    ],
    bodies: {
      createRouter: {
        callId: 'a'.repeat(24),
        mediaCodecs: [
          {
            kind: 'audio',
            mimeType: 'audio/opus',
            clockRate: 48_000,
            channels: 2,
          },
        ],
      },
      createTransport: {
        participantId: 'a'.repeat(24),
        direction: 'send',
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        preferTcp: false,
        initialAvailableOutgoingBitrate: 1_000_000,
      },
      connectTransport: { dtlsParameters },
      createProducer: {
        kind: 'audio',
        rtpParameters: { codecs: audioParameters().codecs.map(codecOf) },
        paused: false,
        appData: {},
      },
      createConsumer: {
        producerId: 'producer',
        rtpCapabilities: { codecs: [] },
        paused: false,
        appData: {},
      },
    },
    bodiless: [],
    alike: {},
  },
  {
    name: 'sessions',
    contract: meetings,
    prepare: addMeeting,
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: { sessionUrl: MEETING_ID },
    badParameters: [...BAD_IDS, 'a'.repeat(22), `${MEETING_ID}%00`],
    bodies: {
      createSession: { title: 'Session', host: '1', password: 'sesame' },
      joinSession: { password: 'sesame' },
    },
    bodiless: [],
    alike: {},
  },
  {
    name: 'users',
    contract: users,
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: { id: '1' },
    badParameters: BAD_IDS,
    bodies: {
      authenticate: { username: 'bob', password: 'correct horse battery' },
      createUser: {
        username: 'bob',
        password: 'correct horse battery',
        name: 'Bob',
        email: 'bob@example.com',
      },
      updateUser: { name: 'Ada', email: 'ada@example.com' },
    },
    bodiless: [],
    alike: {},
  },
  {
    name: 'the server API',
    contract: admin,
    headers: rootKey.headers,
    parameters: apiParameters,
    badParameters: [
      '%00',
      '%2e%2e',
      '%',
      '%ff',
      '%F0%9F',
      '%20',
      '__proto__',
      'constructor',
      'x'.repeat(129),
    ],
    // Data may be any JSON.
    bodies: { ...apiBodies, sendServerData: { to: ['ada'] } },
    bodiless: [],
    alike: { boolean: 'array', null: 'number' },
  },
];

/** A codec without its parameters, which may have values of several types. */
function codecOf<Codec extends object>({
  parameters: _parameters,
  ...codec
}: Codec & { parameters: object }) {
  return codec;
}
