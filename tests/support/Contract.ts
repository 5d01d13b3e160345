import type { Duplex } from 'node:stream';

import type { ClientOptions, WebSocket } from 'ws';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { RequestTable } from '../../lib/core/contract.ts';
import type { Server } from '../../lib/Server.ts';
import type { Notified, AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import type { Happening } from './View.ts';

/** A minimal client of any contract. */
export interface Client {
  readonly socket: WebSocket;
  /** The socket below the WebSocket. */
  readonly raw: Duplex;
  readonly roomId: string;
  readonly peerId: string;
  readonly notifications: readonly Notified[];
  readonly counts: { requests: number; answers: number };
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends a request; throws Refused with the contract's error code. */
  request(method: string, data?: unknown): Promise<AnyReply>;
  notified(method: string): Promise<Notified['data']>;
  send(frame: object | string): void;
  close(): Promise<void>;
}

/** Ids of a member's objects in the media engine. */
export interface Belongings {
  sendTransportId: string;
  recvTransportId: string;
  producerId: string;
  consumerId: string;
  dataProducerId: string;
  dataConsumerId: string;
}

/** The asking client, its objects, and those of another member. */
export interface World {
  client: Client;
  own: Belongings;
  theirs: Belongings;
}

/** A valid request. */
export interface Example {
  method: string;
  data: Record<string, unknown>;
  /** The error that it ends with even so, if it cannot succeed. */
  refused?: ErrorCode;
}

/** A refusal by the server. */
export type Verdict =
  { closes: number; reason: string } | { refuses: ErrorCode; message: RegExp };

/** A handshake that is refused. */
export interface BadHandshake {
  path: string;
  headers?: Record<string, string>;
  status: number;
  code: ErrorCode;
  message: RegExp;
}

/** Frames that are messages of no contract. */
export const GARBAGE = {
  null: 'null',
  'an empty list': '[]',
  'a list of messages': '[{"request":true,"id":1,"method":"leaveRoom"}]',
  '100,000 nested lists': '['.repeat(100_000) + ']'.repeat(100_000),
  zero: '0',
  'a negative number': '-1',
  'a number too big to be one': '1e999',
  'a string': '"joinRoom"',
  true: 'true',
  'an empty object': '{}',
  'an object with a prototype':
    '{"__proto__":{"request":true,"id":1,"method":"leaveRoom","type":"leaveRoom"}}',
  'an object with a constructor': '{"constructor":{"prototype":{"id":1}}}',
  nothing: '',
  'half of some JSON': '{"request":true,"id":1,"method":',
  'NaN, which JSON has not': '{"request":true,"id":NaN}',
  'no JSON': 'GET / HTTP/1.1',
} as const;

/** A gateway's contract, for suites that every gateway has to pass. */
export interface Contract {
  readonly name: string;
  /** Options of a server that speaks the contract. */
  readonly config: ConfigInput;
  readonly requests: RequestTable;
  /** Fields that accept any JSON. */
  readonly anyKind: readonly RegExp[];
  /** Fields for which null counts as missing. */
  readonly nullable: readonly RegExp[];
  /** The names of the requests that enter a room and leave it. */
  readonly methods: { join: string; leave: string };
  /** The names of the notifications that a member joined or left. */
  readonly notifications: { joined: string; left: string };
  /** An unused room id. */
  makeRoom(server: Server): Promise<string>;
  /** Connects without joining. */
  connect(
    url: string,
    roomId: string,
    peerId: string,
    options?: ClientOptions,
  ): Promise<Client>;
  /** Joins a connected client to its room. */
  enter(client: Client): Promise<void>;
  /** Removes a client from its room and keeps its connection. */
  leave(client: Client): Promise<void>;
  /** Opens both transports, sends a track and receives one. */
  setUpMedia(client: Client, theirProducerId?: string): Promise<Belongings>;
  /** Exercises what every member can do at any time: transport and track. */
  probe(client: Client): Promise<void>;
  /** Requests with every field, which succeed unless they name an error. */
  examples(world: World): Example[];
  /** A request as it is sent in a frame. */
  frame(id: unknown, method: unknown, data: unknown): object;
  /** The contract's code for a failure. */
  codeOf(code: ErrorCode): number | string;
  /** A client's id for the other members. */
  memberId(client: Client): string;
  /** The room's changes that a client was notified of, in order. */
  happenings(client: Client): Happening[];
  /** The answer to a request that was sent as a raw frame, by its id. */
  answer(client: Client, id: number): Promise<unknown>;
  /** The next refusal of a frame that was not a request. */
  refusal(client: Client): Promise<{ code: number | string; message: string }>;
  /**
   * The error for an id that belongs to a peer in the room or elsewhere;
   * undefined if it may be used.
   */
  foreign(
    method: string,
    field: string,
    whose: 'a member' | 'a stranger',
  ): ErrorCode | undefined;
  /** A handshake that is accepted. */
  readonly handshake: { path: string; headers: Record<string, string> };
  readonly badHandshakes: Readonly<Record<string, BadHandshake>>;
  readonly garbage: Readonly<Record<keyof typeof GARBAGE, Verdict>>;
  /** Frames that are almost messages of this contract. */
  readonly malformed: Readonly<
    Record<string, { frame: string; verdict: Verdict }>
  >;
  /** Valid messages of the contract that the server does not expect. */
  readonly ignored: Readonly<Record<string, string>>;
}

/** Ids of no object. */
export const nobodys: Belongings = {
  sendTransportId: 'no-transport',
  recvTransportId: 'no-transport',
  producerId: 'no-producer',
  consumerId: 'no-consumer',
  dataProducerId: 'no-data-producer',
  dataConsumerId: 'no-data-consumer',
};
