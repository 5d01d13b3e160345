import type { OpenRequests } from '../core/OpenRequests.ts';
import type { Absence } from '../rooms/Resumption.ts';
import type { CloseCode, CloseDetails, Closing } from './closeCodes.ts';

/** A request that is not answered yet; disposed of when it is. */
export interface PendingRequest extends Disposable {
  /**
   * Counts the entries of a list in the request, each of which is work of its own.
   *
   * @throws {AppError} LIMIT_REACHED when the client has sent too much.
   */
  countEntries(entries: number): void;
  /** Counts the request as one that failed, which costs more. */
  fail(): void;
}

/**
 * The verdict of a link on one message, made when it arrived: its size, and
 * whether it came within the rate.
 */
export interface Arrival {
  /**
   * Takes the message in as a request.
   *
   * @throws {AppError} LIMIT_REACHED when it came too fast, or when too much is
   *   waiting for answers already.
   */
  admit(): PendingRequest;
}

/** Receives each text that a client sends, with the verdict of the link. */
export type MessageListener = (text: string, arrival: Arrival) => void;

/** Learns which of the messages sent to a client have arrived. */
export interface DeliveryListener {
  /** A probe follows everything that has been sent until now. */
  onProbe(): void;
  /** Everything sent before the newest probe has arrived. */
  onArrived(): void;
}

/** Learns that a connection has ended, and if its client is expected back. */
export type CloseListener = (absence: Absence | undefined) => void;

/** The connection to one client, whatever carries it. */
export interface ClientConnection {
  /** The id of the request that opened it, for the log. */
  readonly id: string;
  /** The network of the client. */
  readonly network: string;
  /** True once nothing can be sent any more. */
  readonly closed: boolean;
  /**
   * Registers a listener for the end of the connection, called once. Its argument
   * says why the client may come back: `lost` if the connection ended without a
   * close frame or its like; undefined after a goodbye.
   */
  onClose(listener: CloseListener): void;
  /**
   * Sends one message, as text or as the bytes of a text. A closed connection
   * drops it. A connection whose client leaves too much unread closes, but only
   * after the caller has finished, which may be sending to other clients as well.
   */
  send(message: string | Buffer): void;
  /**
   * Closes the connection.
   *
   * @param reason - Shown to the client.
   * @param details - More than the close code says.
   */
  close(name: CloseCode, reason: string, details?: CloseDetails): void;
}

/** A connection that carries texts both ways, and confirms their delivery. */
export interface ClientLink extends ClientConnection {
  /** The client's requests whose answers have not been handed to {@link send}. */
  readonly requests: OpenRequests;
  /** Registers the only receiver of the client's messages. */
  onMessage(listener: MessageListener): void;
  /**
   * Registers the only encoder of a last message, which is sent before the server
   * closes the connection.
   */
  onClosing(encode: (closing: Closing) => string): void;
  /** Registers the only receiver of news about deliveries. */
  onDelivery(listener: DeliveryListener): void;
  /** Asks the client to confirm what has been sent, unless it is asked already. */
  probe(): void;
}
