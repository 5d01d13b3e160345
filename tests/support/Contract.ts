import type { Duplex } from 'node:stream';

import type { ClientOptions, WebSocket } from 'ws';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { RequestTable } from '../../lib/core/contract.ts';
import type { Server } from '../../lib/Server.ts';
import type { Notified, AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import type { Happening } from './View.ts';

/** A client of any contract, as plain as can be. */
export interface Client {
  readonly socket: WebSocket;
  /** What is below the WebSocket. */
  readonly raw: Duplex;
  readonly roomId: string;
  readonly peerId: string;
  readonly notifications: readonly Notified[];
  readonly counts: { requests: number; answers: number };
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Throws Refused, with the code in the words of the contract. */
  request(method: string, data?: unknown): Promise<AnyReply>;
  notified(method: string): Promise<Notified['data']>;
  send(frame: object | string): void;
  close(): Promise<void>;
}

/** What a member has in the media engine, by id. */
export interface Belongings {
  sendTransportId: string;
  recvTransportId: string;
  producerId: string;
  consumerId: string;
  dataProducerId: string;
  dataConsumerId: string;
}

/** Who asks, what it has, and what another member of its room has. */
export interface World {
  client: Client;
  own: Belongings;
  theirs: Belongings;
}

/** A request that is as it should be. */
export interface Example {
  method: string;
  data: Record<string, unknown>;
  /** What becomes of it all the same, where it cannot succeed. */
  refused?: ErrorCode;
}

/** How the server shows that it will not have something. */
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

/** Frames that are a message of no contract. */
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

/** A gateway's contract, for a suite that every gateway has to pass. */
export interface Contract {
  readonly name: string;
  /** Options with which a server speaks the contract. */
  readonly config: ConfigInput;
  readonly requests: RequestTable;
  /** Fields that take any JSON. */
  readonly anyKind: readonly RegExp[];
  /** The names of the requests that enter a room and leave it. */
  readonly methods: { join: string; leave: string };
  /** The names of the notifications that somebody came or went. */
  readonly notifications: { joined: string; left: string };
  /** An id of a room that nobody else uses. */
  makeRoom(server: Server): Promise<string>;
  /** Connects without joining. */
  connect(
    url: string,
    roomId: string,
    peerId: string,
    options?: ClientOptions,
  ): Promise<Client>;
  /** Takes a connected client into its room. */
  enter(client: Client): Promise<void>;
  /** Takes a client out of its room; its connection lives on. */
  leave(client: Client): Promise<void>;
  /** Opens both transports, sends a track and receives one. */
  setUpMedia(client: Client, theirProducerId?: string): Promise<Belongings>;
  /** What a member has to be able to do at any time: transport and track. */
  probe(client: Client): Promise<void>;
  /** Requests that succeed unless said otherwise, with every field there is. */
  examples(world: World): Example[];
  /** A request as it goes into a frame. */
  frame(id: unknown, method: unknown, data: unknown): object;
  /** The code of a failure in the words of the contract. */
  codeOf(code: ErrorCode): number | string;
  /** By which id the others know a client. */
  memberId(client: Client): string;
  /** What a client was told of its room, in order. */
  happenings(client: Client): Happening[];
  /** The answer to a request that was sent by hand under an id. */
  answer(client: Client, id: number): Promise<unknown>;
  /** The next refusal of something that was no request. */
  refusal(client: Client): Promise<{ code: number | string; message: string }>;
  /**
   * What comes of the id of somebody in the room or elsewhere; undefined where
   * it may be used.
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
  /** Frames that almost are a message of this contract. */
  readonly malformed: Readonly<
    Record<string, { frame: string; verdict: Verdict }>
  >;
  /** Messages of the contract that a client may send and nobody awaits. */
  readonly ignored: Readonly<Record<string, string>>;
}

/** Ids that nobody has. */
export const nobodys: Belongings = {
  sendTransportId: 'no-transport',
  recvTransportId: 'no-transport',
  producerId: 'no-producer',
  consumerId: 'no-consumer',
  dataProducerId: 'no-data-producer',
  dataConsumerId: 'no-data-consumer',
};
