import type { Socket } from 'socket.io';

import { CLOSE_CODES } from '../closeCodes.ts';
import type { CloseCode, CloseDetails, CloseReason } from '../closeCodes.ts';
import type { ClientConnection, CloseListener } from '../ClientLink.ts';
import { endingFor, isBroken, isReconnected } from './ending.ts';
import type { Departure, Ending } from './ending.ts';
import type { EngineConnection } from './EngineConnection.ts';
import { RECEIVED } from './EventDecoder.ts';
import type { ReceivedEvent } from './EventDecoder.ts';

/** The types of Socket.IO's packets, before the namespace. */
const EVENT = '2';
const ACK = '3';

/** The message that tells a client why it is disconnected, if the contract has one. */
export type Goodbye = (code: CloseCode, reason: string) => string | undefined;

/** One client's socket in one namespace. */
export class SocketIoLink implements ClientConnection {
  /** The time of its opening, ms since the epoch. */
  readonly since = Date.now();
  readonly #socket: Socket;
  readonly #connection: EngineConnection;
  readonly #goodbye: Goodbye;
  /** The namespace before a packet's number and data. */
  readonly #prefix: string;
  readonly #closeListeners: CloseListener[] = [];
  #ending: Ending | undefined;

  constructor(socket: Socket, connection: EngineConnection, goodbye: Goodbye) {
    this.#socket = socket;
    this.#connection = connection;
    this.#goodbye = goodbye;
    const { namespace } = this;
    this.#prefix = namespace === '/' ? '' : `${namespace},`;
    connection.attach(this);
    socket.on('disconnect', (reason) => {
      this.#end(endingFor(reason));
      connection.detach(this);
    });
  }

  get namespace(): string {
    return this.#socket.nsp.name;
  }

  get id(): string {
    return this.#connection.id;
  }

  get network(): string {
    return this.#connection.network;
  }

  get closed(): boolean {
    return this.#ending !== undefined;
  }

  /** The reason for its end, once it has ended. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The client's `auth`, as it came. */
  get auth(): Readonly<Record<string, unknown>> {
    return this.#socket.handshake.auth;
  }

  /** The `Authorization` of the handshake. */
  get authorization(): string | undefined {
    return this.#socket.handshake.headers.authorization;
  }

  /** Registers the only receiver of the client's events. */
  onEvent(listener: (event: ReceivedEvent) => void): void {
    this.#socket.on(RECEIVED, (event: ReceivedEvent) => {
      if (!this.closed) {
        listener(event);
      }
    });
  }

  onClose(listener: CloseListener): void {
    this.#closeListeners.push(listener);
  }

  /** No longer counts the client among those that have not shown who they are. */
  settle(): void {
    this.#connection.settle();
  }

  /** Finds out if the client is still there, as {@link EngineConnection.confirm} does. */
  confirm(timeout: number): Promise<boolean> {
    return this.#connection.confirm(timeout);
  }

  /** Sends an event: the JSON of an array of its name and arguments. */
  send(event: string | Buffer): void {
    if (!this.closed) {
      this.#connection.write(`${EVENT}${this.#prefix}${event.toString()}`);
    }
  }

  /** Answers an event of the client, if it wants an answer. */
  answer({ id }: Pick<ReceivedEvent, 'id'>, reply: object): void {
    if (!this.closed && id !== undefined) {
      const args = JSON.stringify([reply]);
      this.#connection.write(`${ACK}${this.#prefix}${id}${args}`);
    }
  }

  /**
   * Disconnects the client from the namespace, or closes its connection where it
   * is to reconnect.
   */
  close(name: CloseCode, detail: string, details: CloseDetails = {}): void {
    if (this.closed) {
      return;
    }
    const { option: usual }: CloseReason = CLOSE_CODES[name];
    const option = details.option ?? usual;
    if (isReconnected(name)) {
      this.#connection.close(name, detail, option);
      return;
    }
    this.depart({ reason: name, detail, option });
    this.#socket.disconnect();
  }

  /** Says goodbye and ends, before its connection is closed. */
  depart(departure: Departure): void {
    if (this.closed) {
      return;
    }
    const goodbye = this.#goodbye(departure.reason, departure.detail);
    if (goodbye !== undefined) {
      this.send(goodbye);
    }
    this.#end(departure);
  }

  #end(ending: Ending): void {
    if (this.closed) {
      return;
    }
    this.#ending = ending;
    for (const listener of this.#closeListeners.splice(0)) {
      listener(isBroken(ending) ? 'lost' : undefined);
    }
  }
}
