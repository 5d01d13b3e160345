import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

import { Logger } from '../core/logger.ts';
import { SILENT_INTERVALS } from './ClientRelay.ts';
import type { LinkEnd, NodePeer } from './NodeBus.ts';

const logger = new Logger('MeshLink');

/** The bytes before each message, with its length; a length of 0 is a sign of life. */
const HEAD_BYTES = 4;

/** The part of the bytes that may wait from which on a link is busy. */
const BUSY_PART = 0.25;

/**
 * A link to another node over one connection: messages in order, both ways. It ends with
 * the connection, with a node that is silent, or that does not read what it is sent.
 */
export class MeshLink implements NodePeer {
  readonly id: string;
  readonly #socket: Duplex;
  readonly #mostBytes: number;
  readonly #alive: NodeJS.Timeout;
  readonly #closed = Promise.withResolvers<void>();
  #end: LinkEnd | undefined;
  #received: Buffer = Buffer.alloc(0);
  #silentFor = 0;

  /**
   * @param id - The id of the other node.
   * @param interval - The time between signs of life, ms.
   * @param mostBytes - The most bytes that wait to be sent, and the longest message.
   */
  constructor(id: string, socket: Duplex, interval: number, mostBytes: number) {
    this.id = id;
    this.#socket = socket;
    this.#mostBytes = mostBytes;
    this.#alive = setInterval(() => this.#watch(), interval);
  }

  /**
   * Begins.
   *
   * @param head - The first bytes of the other node.
   * @param onClose - Called when the link has ended.
   */
  start(end: LinkEnd, head: Buffer, onClose: () => void): void {
    this.#end = end;
    // "close" follows.
    this.#socket.on('error', (error) => {
      logger.debug('lost the link to the node %s: %s', this.id, error);
    });
    this.#socket.once('close', () => {
      clearInterval(this.#alive);
      this.#closed.resolve();
      onClose();
      end.closed();
    });
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.once('end', () => this.#socket.end());
    this.#take(head);
  }

  send(message: unknown): void {
    if (this.#socket.writable) {
      this.#write(serialize(message));
    }
  }

  async drained(): Promise<void> {
    if (this.#socket.writableLength > this.#mostBytes * BUSY_PART) {
      const sent = Promise.withResolvers<void>();
      this.#socket.write(Buffer.alloc(HEAD_BYTES), () => sent.resolve());
      await Promise.race([sent.promise, this.#closed.promise]);
    }
  }

  /** Ends the link at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the link once all has been sent, and resolves then. */
  close(): Promise<void> {
    this.#socket.end(() => this.#socket.destroy());
    return this.#closed.promise;
  }

  #write(message: Buffer): void {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(message.length);
    this.#socket.write(Buffer.concat([head, message]));
    if (this.#socket.writableLength > this.#mostBytes) {
      logger.warn(
        'the node %s does not read: %d bytes wait (cluster.linkBytes); the link is reset',
        this.id,
        this.#socket.writableLength,
      );
      this.#socket.destroy();
    }
  }

  #take(bytes: Buffer): void {
    this.#silentFor = 0;
    this.#received =
      this.#received.length === 0
        ? bytes
        : Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= HEAD_BYTES) {
      const length = this.#received.readUInt32BE();
      if (length > this.#mostBytes) {
        logger.warn('the node %s sends too long a message', this.id);
        this.#socket.destroy();
        return;
      }
      if (this.#received.length < HEAD_BYTES + length) {
        return;
      }
      const message = this.#received.subarray(HEAD_BYTES, HEAD_BYTES + length);
      this.#received = this.#received.subarray(HEAD_BYTES + length);
      if (length > 0) {
        this.#receive(message);
      }
    }
  }

  #receive(message: Buffer): void {
    try {
      this.#end?.receive(deserialize(message));
    } catch (error) {
      logger.error('cannot take a message of the node %s: %o', this.id, error);
    }
  }

  #watch(): void {
    this.#silentFor += 1;
    if (this.#silentFor > SILENT_INTERVALS) {
      logger.info('the node %s is silent; the link to it ends', this.id);
      this.#socket.destroy();
    } else if (this.#socket.writable) {
      this.#write(Buffer.alloc(0));
    }
  }
}
