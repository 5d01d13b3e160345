import { routeContract as calls } from '../../lib/gateways/calls/routes.ts';
import { routeContract as chat } from '../../lib/gateways/chat/routes.ts';
import { routeContract as protoo } from '../../lib/gateways/protoo/routes.ts';
import type { RouteContract } from '../../lib/http/RouteSpec.ts';
import { systemContract } from '../../lib/http/system/contract.ts';
import type { Store } from '../../lib/store/Store.ts';
import { accessToken, accountToken } from './chatAccount.ts';

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

const CONVERSATION = 'c'.repeat(24);

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
    prepare: ({ conversations }) =>
      conversations.create(
        {
          id: CONVERSATION,
          type: 'group',
          title: '',
          creatorId: '1',
          createdAt: new Date(),
          members: [{ userId: '1', username: 'Ada' }],
        },
        1,
      ),
    headers: { Authorization: `Bearer ${accessToken}` },
    parameters: { conversationId: CONVERSATION, userId: '1', token: 'none' },
    badParameters: BAD_IDS,
    bodies: {
      createConversation: { type: 'group', title: 'Any', memberIds: ['bob'] },
      addMember: { userId: 'bob' },
      createShareLink: { expiresIn: 60 },
      startGuestSession: { username: 'Bob', language: 'fr' },
    },
    bodiless: [],
    alike: { number: 'string' },
  },
];
