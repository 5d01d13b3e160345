import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { socketUrl } from './address.ts';
import type { Address } from './address.ts';
import { Connection } from './Connection.ts';

/**
 * The longest that a connection waits to be used, ms: less than the time within
 * which servers expect it to join.
 */
const LIFETIME = 8_000;

/**
 * A connection that is opened before the user joins, with a device that knows
 * the codecs of the room. It saves as many round trips as that takes.
 */
export class EarlyConnection {
  readonly url: string;
  readonly connection: Connection;
  /** Rejects where the connection does not open. */
  readonly device: Promise<Device>;
  readonly #timer: ReturnType<typeof setTimeout>;

  /** Opens it. Throws where the browser opens no WebSocket. */
  constructor(address: Address) {
    this.url = socketUrl(address);
    const connection = new Connection(this.url);
    this.connection = connection;
    this.device = new Promise<void>((resolve, reject) => {
      connection.on('open', resolve);
      connection.on('close', () =>
        reject(new Error('The connection to the server has closed.')),
      );
    }).then(() => loadDevice(connection));
    this.device.catch(() => {
      // A client that joins by it reports this; there may be none.
    });
    this.#timer = setTimeout(() => this.close(), LIFETIME);
  }

  /** Can still be used to go to an address. */
  leadsTo(address: Address): boolean {
    return !this.connection.closed && this.url === socketUrl(address);
  }

  /** Hands the connection over to who joins by it. */
  use(): Connection {
    clearTimeout(this.#timer);
    return this.connection;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.connection.close();
  }
}

/** A device that knows the codecs of the room that a connection leads to. */
export async function loadDevice(connection: Connection): Promise<Device> {
  const [{ rtpCapabilities }, device] = await Promise.all([
    connection.request('getRouterRtpCapabilities'),
    Device.factory(),
  ]);
  await device.load({
    // mediasoup-client's types know fewer header extensions than the server.
    routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities,
  });
  return device;
}
