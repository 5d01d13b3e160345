import type { Device, types } from 'mediasoup-client';
import { isMediaReset } from './Connection.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import { Emitter } from './Emitter.ts';
import type { Reply } from '@atrium/protocol/protoo';

/** A transport that the server has opened. */
export type OpenedTransport = NonNullable<
  Reply<'joinRoom'>['transports']
>[number];

/**
 * The state of the route that media takes: `interrupted` when it worked before,
 * `blocked` when it never did.
 */
export type MediaPath = 'open' | 'interrupted' | 'blocked';

type Direction = OpenedTransport['direction'];

/**
 * Longest wait for a browser to find a route for media, ms. It reports nothing
 * when it has no candidates, for example when a relay refuses it.
 */
const TRY_TIMEOUT = 10_000;

/** The data of a send transport's "produce" event, with its id. */
export type ProduceOptions = {
  transportId: string;
  kind: types.MediaKind;
  rtpParameters: types.RtpParameters;
  appData: types.AppData;
};

type TransportsEvents = { path: [MediaPath] };

/**
 * The transports of a media session, which the server opens with the join, with an
 * ICE restart when their packets no longer get through.
 */
export class Transports extends Emitter<TransportsEvents> {
  readonly #channel: ResumableChannel;
  readonly #device: Device;
  readonly #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #onProduce: (options: ProduceOptions) => Promise<{ id: string }>;
  readonly #transports = {
    send: Promise.withResolvers<types.Transport>(),
    recv: Promise.withResolvers<types.Transport>(),
  };
  readonly #made: types.Transport[] = [];
  readonly #used = new Set<types.Transport>();
  readonly #broken = new Map<types.Transport, MediaPath>();
  readonly #restarting = new Set<types.Transport>();
  #closed = false;

  /** `onProduce` creates a producer on the server and returns its id. */
  constructor(
    channel: ResumableChannel,
    device: Device,
    iceTransportPolicy: RTCIceTransportPolicy,
    onProduce: (options: ProduceOptions) => Promise<{ id: string }>,
  ) {
    super();
    this.#channel = channel;
    this.#device = device;
    this.#iceTransportPolicy = iceTransportPolicy;
    this.#onProduce = onProduce;
    for (const { promise } of Object.values(this.#transports)) {
      promise.catch(() => {
        // Its users get the error; there may be none.
      });
    }
  }

  /** The transports that something is sent or received over. */
  get used(): types.Transport[] {
    return [...this.#used];
  }

  /** The transport of a direction, once the server has opened it. */
  get(direction: Direction): Promise<types.Transport> {
    return this.#transports[direction].promise;
  }

  /** Sets up the client's ends of what the server has opened. */
  open(
    opened: readonly OpenedTransport[],
    iceServers: readonly RTCIceServer[],
  ): void {
    if (this.#closed) {
      return;
    }
    for (const transport of opened) {
      const made = this.#setUp(transport, [...iceServers]);
      this.#transports[transport.direction].resolve(made);
    }
  }

  close(): void {
    this.#closed = true;
    const error = new Error('The connection has closed.');
    for (const { reject } of Object.values(this.#transports)) {
      reject(error);
    }
    for (const transport of this.#made) {
      transport.close();
    }
  }

  #setUp(
    { direction, transportId, ...parameters }: OpenedTransport,
    iceServers: RTCIceServer[],
  ): types.Transport {
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
    transport.on('connect', ({ dtlsParameters }, done) => {
      this.#used.add(transport);
      this.#channel
        .request('connectWebRtcTransport', { transportId, dtlsParameters })
        .catch((error: unknown) => this.#onLost(error));
      // The server serves requests in order: what follows need not wait for it.
      done();
    });
    transport.on('produce', (options, done, fail) => {
      this.#onProduce({ transportId, ...options }).then(done, fail);
    });
    transport.on('producedata', (options, done, fail) => {
      this.#channel
        .request('produceData', {
          transportId,
          ...options,
          // Always set by now, although the type says otherwise.
          sctpStreamParameters:
            options.sctpStreamParameters as types.SctpStreamParameters & {
              streamId: number;
            },
        })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), fail);
    });
    this.#watch(transport);
    this.#made.push(transport);
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

  /** Restarts ICE for a transport whose packets do not get through. */
  async #restartIce(transport: types.Transport): Promise<void> {
    if (this.#restarting.has(transport)) {
      return;
    }
    this.#restarting.add(transport);
    try {
      const [{ iceParameters }, { iceServers }] = await Promise.all([
        this.#channel.request('restartIce', { transportId: transport.id }),
        this.#channel.request('getIceServers'),
      ]);
      if (!transport.closed) {
        await renewIceServers(transport, iceServers);
        await transport.restartIce({ iceParameters });
      }
    } catch (error) {
      this.#onLost(error);
    } finally {
      this.#restarting.delete(transport);
    }
  }

  /** Handles a transport that the server no longer has, or does not connect. */
  #onLost(error: unknown): void {
    if (this.#closed || isMediaReset(error)) {
      return;
    }
    // A new session has new ones.
    console.warn('A transport is of no use, joining again:', error);
    this.#channel.end();
  }
}

/** Gives a transport fresh credentials for relays. */
async function renewIceServers(
  transport: types.Transport,
  iceServers: RTCIceServer[],
): Promise<void> {
  try {
    await transport.updateIceServers({ iceServers });
  } catch (error) {
    // mediasoup-client cannot do so in Firefox, which keeps the old ones.
    if ((error as Error).name !== 'UnsupportedError') {
      throw error;
    }
  }
}
