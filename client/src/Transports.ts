import type { Device, types } from 'mediasoup-client';
import { isMediaReset } from './Connection.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import { Emitter } from './Emitter.ts';

/**
 * How media gets through: `interrupted` when it did and does not any more,
 * `blocked` when it never could.
 */
export type MediaPath = 'open' | 'interrupted' | 'blocked';

type Direction = 'send' | 'recv';

/**
 * How long a browser may take to try any way for media, in milliseconds. It says
 * nothing at all where it knows none, such as when a relay does not let it in.
 */
const TRY_TIMEOUT = 10_000;

/** What a send transport asks for when a producer is made on it. */
export type ProduceOptions = {
  transportId: string;
  kind: types.MediaKind;
  rtpParameters: types.RtpParameters;
  appData: types.AppData;
};

type TransportsEvents = { path: [MediaPath] };

/**
 * The transports of one stay, made when they are needed first and
 * mended when their packets no longer get through.
 */
export class Transports extends Emitter<TransportsEvents> {
  readonly #line: ResumableChannel;
  readonly #device: Device;
  readonly #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #onProduce: (options: ProduceOptions) => Promise<{ id: string }>;
  readonly #transports = new Map<Direction, Promise<types.Transport>>();
  readonly #made = new Set<types.Transport>();
  readonly #broken = new Map<types.Transport, MediaPath>();
  readonly #restarting = new Set<types.Transport>();
  #closed = false;

  /** `onProduce` makes a producer on the server, and returns its id. */
  constructor(
    line: ResumableChannel,
    device: Device,
    iceTransportPolicy: RTCIceTransportPolicy,
    onProduce: (options: ProduceOptions) => Promise<{ id: string }>,
  ) {
    super();
    this.#line = line;
    this.#device = device;
    this.#iceTransportPolicy = iceTransportPolicy;
    this.#onProduce = onProduce;
  }

  /** The transports that there are. */
  get made(): types.Transport[] {
    return [...this.#made];
  }

  /** The transport of a direction. */
  get(direction: Direction): Promise<types.Transport> {
    let transport = this.#transports.get(direction);
    if (!transport) {
      transport = this.#create(direction);
      this.#transports.set(direction, transport);
      // Whoever needs one next may try again.
      transport.catch(() => this.#transports.delete(direction));
    }
    return transport;
  }

  close(): void {
    this.#closed = true;
    for (const transport of this.#transports.values()) {
      transport.then(
        (it) => it.close(),
        () => {
          // It was never made, and whoever asked for it has been told.
        },
      );
    }
  }

  async #create(direction: Direction): Promise<types.Transport> {
    // The credentials of the join may have ended by now.
    const [created, { iceServers }] = await Promise.all([
      this.#line.request('createWebRtcTransport', {
        direction,
        enableSctp: true,
      }),
      this.#line.request('getIceServers'),
    ]);
    const { transportId, ...parameters } = created;
    if (this.#closed) {
      // It was made after what this session was closed for, and goes on.
      this.#line.request('closeWebRtcTransport', { transportId }).catch(() => {
        // It went with the stay, or with the media server.
      });
      throw new Error('The connection has closed.');
    }
    const options = {
      id: transportId,
      ...parameters,
      iceServers,
      iceTransportPolicy: this.#iceTransportPolicy,
    };
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      this.#line
        .request('connectWebRtcTransport', { transportId, dtlsParameters })
        .then(done, fail);
    });
    transport.on('produce', (options, done, fail) => {
      this.#onProduce({ transportId, ...options }).then(done, fail);
    });
    transport.on('producedata', (options, done, fail) => {
      this.#line
        .request('produceData', {
          transportId,
          ...options,
          // The stream is chosen by now, which the type does not say.
          sctpStreamParameters:
            options.sctpStreamParameters as types.SctpStreamParameters & {
              streamId: number;
            },
        })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), fail);
    });
    this.#watch(transport);
    this.#made.add(transport);
    return transport;
  }

  #watch(transport: types.Transport): void {
    let opened = false;
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const onBroken = (): void => {
      deadline = setTimeout(onBroken, TRY_TIMEOUT);
      this.#broken.set(transport, opened ? 'interrupted' : 'blocked');
      this.#report();
      void this.#restartIce(transport);
    };
    transport.on('connect', () => {
      deadline = setTimeout(onBroken, TRY_TIMEOUT);
    });
    transport.observer.once('close', () => clearTimeout(deadline));
    transport.on('connectionstatechange', (state) => {
      clearTimeout(deadline);
      if (state === 'connected') {
        opened = true;
        this.#broken.delete(transport);
        this.#report();
      } else if (state === 'disconnected' || state === 'failed') {
        onBroken();
      }
    });
  }

  #report(): void {
    const paths = [...this.#broken.values()];
    const path = paths.includes('blocked') ? 'blocked' : paths[0];
    this.emit('path', path ?? 'open');
  }

  /** Finds a new way for a transport whose packets do not get through. */
  async #restartIce(transport: types.Transport): Promise<void> {
    if (this.#restarting.has(transport)) {
      return;
    }
    this.#restarting.add(transport);
    try {
      const [{ iceParameters }, { iceServers }] = await Promise.all([
        this.#line.request('restartIce', { transportId: transport.id }),
        this.#line.request('getIceServers'),
      ]);
      if (!transport.closed) {
        await renewIceServers(transport, iceServers);
        await transport.restartIce({ iceParameters });
      }
    } catch (error) {
      if (this.#closed || isMediaReset(error)) {
        return;
      }
      // The server has no such transport any more. A new stay has new ones.
      console.warn('ICE could not be restarted, joining again:', error);
      this.#line.drop();
    } finally {
      this.#restarting.delete(transport);
    }
  }
}

/** Lets a transport ask relays with credentials that are good now. */
async function renewIceServers(
  transport: types.Transport,
  iceServers: RTCIceServer[],
): Promise<void> {
  try {
    await transport.updateIceServers({ iceServers });
  } catch (error) {
    // mediasoup-client knows no way to do so in Firefox, which goes on with
    // what it has.
    if ((error as Error).name !== 'UnsupportedError') {
      throw error;
    }
  }
}
