import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

import type { types } from 'mediasoup-client';

const HOST = '127.0.0.1';

/** RTP's version, in the first two bits of a packet. */
const RTP_VERSION = 2;

/** The payload types of RTCP, read as those of RTP. */
const RTCP = { first: 64, last: 95 };

interface Events {
  /** Emitted when the server sends a dropped RTP packet again. */
  repeated: [sequence: number];
}

/**
 * A UDP path between a client and the server. It drops some of the RTP packets
 * that the server sends, each of them once.
 */
export class LossyPath extends EventEmitter<Events> {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #dropEvery: number;
  readonly #dropped = new Set<number>();
  #client = 0;
  #server = 0;
  #packets = 0;

  private constructor(near: Socket, far: Socket, dropEvery: number) {
    super();
    this.#near = near;
    this.#far = far;
    this.#dropEvery = dropEvery;
    near.on('message', (data, { port }) => {
      this.#client = port;
      far.send(data, this.#server, HOST);
    });
    far.on('message', (data) => {
      if (!isRtp(data) || this.#passes(data.readUInt16BE(2))) {
        near.send(data, this.#client, HOST);
      }
    });
  }

  /** @param dropEvery - Interval between drops: 10 drops every tenth packet. */
  static async open(dropEvery: number): Promise<LossyPath> {
    return new LossyPath(await bound(), await bound(), dropEvery);
  }

  /** The ICE candidate that leads the client over this path. */
  readonly through = (
    candidates: types.IceCandidate[],
  ): types.IceCandidate[] => {
    const udp = candidates.find(({ protocol }) => protocol === 'udp');
    if (udp === undefined) {
      throw new Error('the server offers no UDP');
    }
    this.#server = udp.port;
    return [
      { ...udp, ip: HOST, address: HOST, port: this.#near.address().port },
    ];
  };

  close(): void {
    this.#near.close();
    this.#far.close();
  }

  #passes(sequence: number): boolean {
    if (this.#dropped.delete(sequence)) {
      this.emit('repeated', sequence);
      return true;
    }
    this.#packets += 1;
    if (this.#packets % this.#dropEvery === 0) {
      this.#dropped.add(sequence);
      return false;
    }
    return true;
  }
}

function isRtp(data: Buffer): boolean {
  const type = data.readUInt8(1) & 0x7f;
  return (
    data.readUInt8(0) >> 6 === RTP_VERSION &&
    (type < RTCP.first || type > RTCP.last)
  );
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}
