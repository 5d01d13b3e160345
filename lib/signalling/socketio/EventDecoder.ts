import { EventEmitter } from 'node:events';

import { Decoder, PacketType } from 'socket.io-parser';
import type { Packet } from 'socket.io-parser';

import type { Arrival } from '../ClientLink.ts';

/** The only event that sockets emit for packets; its argument is a {@link ReceivedEvent}. */
export const RECEIVED = 'received';

/** A packet that other packets with binary data follow. */
const ANNOUNCES_BINARY = /^[56]/;

/** Most times that one connection may join a namespace. */
const MAX_JOINS = 100;

/** An event that a client sent, with the verdict on the packet that carried it. */
export interface ReceivedEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  /** The number by which the client knows the answer, if it wants one. */
  readonly id: number | undefined;
  readonly arrival: Arrival;
}

/** The class of decoders, one of which Socket.IO makes for each connection. */
export type EventDecoderClass = new () => EventEmitter;

/**
 * Makes a class of decoders that tie each event to its packet, which Socket.IO
 * itself forgets: so size and rate are judged where the bytes arrive. No
 * contract has binary data, so all of it is refused.
 *
 * @param arrivalOf - Returns the verdict on the packet that is being decoded;
 *   undefined for one that is to be dropped.
 */
export function decoderClass(
  arrivalOf: () => Arrival | undefined,
): EventDecoderClass {
  return class EventDecoder extends EventEmitter {
    readonly #decoder = new Decoder();
    #joins = 0;

    /** @throws {Error} When the packet is malformed, which closes the connection. */
    add(encoded: unknown): void {
      const arrival = arrivalOf();
      if (arrival === undefined) {
        return;
      }
      if (typeof encoded !== 'string' || ANNOUNCES_BINARY.test(encoded)) {
        throw new Error('expected a text packet, got a binary one');
      }
      this.#decoder.once('decoded', (packet) => {
        this.emit('decoded', this.#tie(packet, arrival));
      });
      try {
        this.#decoder.add(encoded);
      } finally {
        this.#decoder.off('decoded');
      }
    }

    destroy(): void {
      this.#decoder.destroy();
    }

    #tie(packet: Packet, arrival: Arrival): Packet {
      if (packet.type === PacketType.CONNECT) {
        this.#joins += 1;
        if (this.#joins > MAX_JOINS) {
          throw new Error(`expected at most ${MAX_JOINS} CONNECT packets`);
        }
      }
      if (packet.type !== PacketType.EVENT) {
        return packet;
      }
      return { ...packet, id: undefined, data: eventOf(packet, arrival) };
    }
  };
}

function eventOf(
  { data, id }: Packet,
  arrival: Arrival,
): [typeof RECEIVED, ReceivedEvent] {
  if (id !== undefined && !Number.isSafeInteger(id)) {
    throw new Error('expected the number of the answer to be an integer');
  }
  const [name, ...args] = data as [unknown, ...unknown[]];
  return [RECEIVED, { name: String(name), args, id, arrival }];
}
