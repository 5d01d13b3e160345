import type { Device, types } from 'mediasoup-client';
import { isMediaReset } from './Connection.ts';
import type { ResumableChannel } from './ResumableChannel.ts';
import { Emitter } from './Emitter.ts';
import type { Reply } from '@atrium/protocol/protoo';

/**
 * The state of the route that media takes: `interrupted` when it worked before,
 * `blocked` when it never did.
 */
export type MediaPath = 'open' | 'interrupted' | 'blocked';

type Direction = 'send' | 'recv';

/**
 * Longest wait for a browser to find a route for media, ms. It reports nothing
 * when it has no candidates, for example when a relay refuses it.
 */
const TRY_TIMEOUT = 10_000;

/** Until a transport is asked for again that no media worker was ready for, ms. */
const RETRY_AFTER = 1_000;

/** The data of a send transport's "produce" event, with its id. */
export type ProduceOptions = {
  transportId: string;
  kind: types.MediaKind;
  rtpParameters: types.RtpParameters;
  appData: types.AppData;
};

type TransportsEvents = { path: [MediaPath] };

/**
 * The transports of a media session, created on first use, with an ICE restart
 * when their packets no longer get through.
 */
export class Transports extends Emitter<TransportsEvents> {
  readonly #channel: ResumableChannel;
  readonly #device: Device;
  readonly #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #onProduce: (options: ProduceOptions) => Promise<{ id: string }>;
  readonly #transports = new Map<Direction, Promise<types.Transport>>();
  readonly #made = new Set<types.Transport>();
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
  }

  /** The transports created so far. */
  get made(): types.Transport[] {
    return [...this.#made];
  }

  /** The transport of a direction, created on first use. */
  get(direction: Direction): Promise<types.Transport> {
    let transport = this.#transports.get(direction);
    if (!transport) {
      transport = this.#create(direction);
      this.#transports.set(direction, transport);
      // The next use may try again.
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
          // It was never created, and its users have got the error.
        },
      );
    }
  }

  async #create(direction: Direction): Promise<types.Transport> {
    // The credentials of the join reply may have expired by now.
    const [created, { iceServers }] = await Promise.all([
      this.#open(direction),
      this.#channel.request('getIceServers'),
    ]);
    const { transportId, ...parameters } = created;
    if (this.#closed) {
      // The server created it after this session had closed.
      this.#channel
        .request('closeWebRtcTransport', { transportId })
        .catch(() => {
          // It is gone with the session, or with the media worker.
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
      this.#channel
        .request('connectWebRtcTransport', { transportId, dtlsParameters })
        .then(done, fail);
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
    this.#made.add(transport);
    return transport;
  }

  /**
   * Opens the server's end of a transport. A refusal with 503 means that no media
   * worker is ready, so this asks again; or that one died, in which case
   * `mediaReset` closes this session.
   */
  async #open(direction: Direction): Promise<Reply<'createWebRtcTransport'>> {
    for (;;) {
      try {
        return await this.#channel.request('createWebRtcTransport', {
          direction,
          enableSctp: true,
        });
      } catch (error) {
        if (this.#closed || !isMediaReset(error)) {
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
      if (this.#closed) {
        throw new Error('The connection has closed.');
      }
    }
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
      if (this.#closed || isMediaReset(error)) {
        return;
      }
      // The server no longer has this transport; a new session has new ones.
      console.warn('ICE could not be restarted, joining again:', error);
      this.#channel.drop();
    } finally {
      this.#restarting.delete(transport);
    }
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
