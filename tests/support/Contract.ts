import type { ErrorCode } from '../../lib/signalling/errors.ts';
import type { RequestTable } from '../../lib/core/contract.ts';
import type { Notified, AnyReply } from '../../tools/fixtures/ProtooClient.ts';
import type { SocketClient, SocketContract } from './SocketContract.ts';
import type { Happening } from './View.ts';

/** A minimal client of any contract with requests. */
export interface Client extends SocketClient {
  readonly notifications: readonly Notified[];
  readonly counts: { requests: number; answers: number };
  /** Sends a request; throws Refused with the contract's error code. */
  request(method: string, data?: unknown): Promise<AnyReply>;
  notified(method: string): Promise<Notified['data']>;
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

/** A contract with requests and media, for suites that each of them has to pass. */
export interface Contract extends SocketContract<Client> {
  readonly requests: RequestTable;
  /** Fields that accept any JSON. */
  readonly anyKind: readonly RegExp[];
  /** Fields that may be null, each after the name of its request. */
  readonly nullable: readonly string[];
  /** The names of the requests that enter a room, leave it, and close it. */
  readonly methods: { join: string; leave: string; close?: string };
  /** The names of the notifications that a member joined or left. */
  readonly notifications: { joined: string; left: string };
  /** Opens both transports, sends a track and receives one. */
  setUpMedia(client: Client, theirProducerId?: string): Promise<Belongings>;
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
  /**
   * The error for an id that belongs to a peer in the room or elsewhere;
   * undefined if it may be used.
   */
  foreign(
    method: string,
    field: string,
    owner: 'a member' | 'a stranger',
  ): ErrorCode | undefined;
}

/** Ids that belong to no object. */
export const unknownIds: Belongings = {
  sendTransportId: 'no-transport',
  recvTransportId: 'no-transport',
  producerId: 'no-producer',
  consumerId: 'no-consumer',
  dataProducerId: 'no-data-producer',
  dataConsumerId: 'no-data-consumer',
};
