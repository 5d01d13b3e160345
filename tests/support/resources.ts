import { routeContract as chat } from '../../lib/gateways/chat/routes.ts';
import { routeContract as protoo } from '../../lib/gateways/protoo/routes.ts';
import type { RouteContract } from '../../lib/http/RouteSpec.ts';
import { systemContract } from '../../lib/http/system/contract.ts';
import { accessToken, accountToken } from './chatAccount.ts';

/** A contract over HTTP, for suites that each of them has to pass. */
export interface Resources {
  readonly name: string;
  readonly contract: RouteContract;
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
    badParameters: [
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
    ],
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
];
