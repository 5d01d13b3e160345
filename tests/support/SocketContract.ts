import type { Duplex } from 'node:stream';

import type { ClientOptions, WebSocket } from 'ws';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { Store } from '../../lib/store/Store.ts';
import type { Pattern } from './pattern.ts';

/** A minimal client of any contract over WebSocket. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** The socket below the WebSocket. */
  readonly raw: Duplex;
  readonly roomId: string;
  readonly peerId: string;
  /** The messages that nothing the client sent has caused. */
  readonly notifications: readonly object[];
  readonly closed: Promise<{ code: number; reason: string }>;
  send(frame: object | string): void;
  close(): Promise<void>;
}

/** The end of a frame that is no message: the connection closes, an error, or nothing. */
export type Verdict =
  | { closes: number; reason: string }
  | { refuses: ErrorCode; message: RegExp }
  | 'dropped';

/** A handshake. */
interface Handshake {
  path: string;
  headers?: Record<string, string>;
}

/** A handshake that is refused. */
export interface BadHandshake extends Handshake {
  status: number;
  body: Pattern;
}

/** The body of a refusal in the shape that contracts have unless they say else. */
export function plainBody(code: string, message: RegExp): Pattern {
  return { error: { code, message } };
}

/** The refusal of too many handshakes, in that shape. */
export const TOO_MANY_HANDSHAKES = plainBody(
  'LIMIT_REACHED',
  /^limits\.handshakesPerMinute: expected at most 1 a minute from one address after the first 4; try again in \d+ s$/,
);

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
    '{"__proto__":{"request":true,"id":1,"method":"leaveRoom","type":"leaveRoom","content":"x"}}',
  'an object with a constructor': '{"constructor":{"prototype":{"id":1}}}',
  nothing: '',
  'half of some JSON': '{"request":true,"id":1,"method":',
  'NaN, which JSON has not': '{"request":true,"id":NaN}',
  'no JSON': 'GET / HTTP/1.1',
} as const;

/** A contract over WebSocket, for suites that each of them has to pass. */
export interface SocketContract<Member extends SocketClient = SocketClient> {
  readonly name: string;
  /** Options of a server that speaks the contract. */
  readonly config: ConfigInput;
  /** Fills the empty database of a server with what its clients need. */
  prepare?(store: Store): Promise<void>;
  /** The id of the live room of an unused room. */
  makeRoom(server: Server): Promise<string>;
  /** The number of members of a room that is no live one. */
  peersIn?(server: Server, roomId: string): number;
  /** Connects without joining, where the contract knows the difference. */
  connect(
    url: string,
    roomId: string,
    peerId: string,
    options?: ClientOptions,
  ): Promise<Member>;
  /** Joins a connected client to its room. */
  enter(client: Member): Promise<void>;
  /** Removes a client from its room, where that keeps its connection. */
  leave(client: Member): Promise<void>;
  /** Exercises what every member can do at any time. */
  probe(client: Member): Promise<void>;
  /** A message that any member may send and that is answered, by its number. */
  harmless(client: Member, id: number): string;
  /** The answer to a message that was sent as a raw frame, by its number. */
  answer(client: Member, id: number): Promise<unknown>;
  /** Asserts that the connection is kept and has the verdict on a frame. */
  assertKept(
    client: Member,
    verdict: Exclude<Verdict, { closes: number }>,
  ): Promise<void>;
  /** A handshake that is accepted. */
  readonly handshake: Handshake;
  /** The body of the refusal of a handshake. */
  readonly refusal: (code: string, message: RegExp) => Pattern;
  /** The body of the refusal of too many handshakes. */
  readonly throttled: Pattern;
  readonly badHandshakes: Readonly<Record<string, BadHandshake>>;
  readonly garbage: Readonly<Record<keyof typeof GARBAGE, Verdict>>;
  /** Frames that are almost messages of this contract. */
  readonly malformed: Readonly<
    Record<string, { frame: string; verdict: Verdict }>
  >;
  /** Valid messages of the contract that the server does not expect. */
  readonly ignored: Readonly<Record<string, string>>;
}
