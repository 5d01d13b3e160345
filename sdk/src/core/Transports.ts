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

/** The data of a send transport's "produce" event, with the ids. */
export type ProduceOptions = {
  transportId: string;
  producerId: string;
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
  readonly #onProduce: (options: ProduceOptions) => Promise<unknown>;
  readonly #transports = {
    send: Promise.withResolvers<types.Transport>(),
    recv: Promise.withResolvers<types.Transport>(),
  };
  /** The server's answers to what is sent, by the ids of producers. */
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #made: types.Transport[] = [];
  readonly #used = new Set<types.Transport>();
  readonly #broken = new Map<types.Transport, MediaPath>();
  readonly #restarting = new Set<types.Transport>();
  #closed = false;

  /** `onProduce` creates a producer on the server. */
  constructor(
    channel: ResumableChannel,
    device: Device,
    iceTransportPolicy: RTCIceTransportPolicy,
    onProduce: (options: ProduceOptions) => Promise<unknown>,
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

  /**
   * Waits until the server has accepted a producer or a data producer.
   *
   * @throws What the server refuses it with, once it is closed.
   */
  async accepted<Sent extends { id: string; close: () => void }>(
    sent: Sent,
  ): Promise<Sent> {
    try {
      await this.#answers.get(sent.id);
      return sent;
    } catch (error) {
      sent.close();
      throw error;
    } finally {
      this.#answers.delete(sent.id);
    }
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
    const error = new Error('The connection to the server has closed.');
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
        ? this.#device.createSendTransport(withServerFirst(options))
        : this.#device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done) => {
      this.#used.add(transport);
      this.#channel
        .request('connectWebRtcTransport', { transportId, dtlsParameters })
        .catch((error: unknown) => this.#onLost(error));
      // The server serves requests in order: what follows need not wait for it.
      done();
    });
    transport.on('produce', (options, done) => {
      const producerId = crypto.randomUUID();
      const answer = this.#onProduce({ transportId, producerId, ...options });
      this.#goOn(producerId, answer, done);
    });
    transport.on('producedata', (options, done) => {
      const dataProducerId = crypto.randomUUID();
      const answer = this.#channel.request('produceData', {
        transportId,
        dataProducerId,
        ...options,
        // Always set by now, although the type says otherwise.
        sctpStreamParameters:
          options.sctpStreamParameters as types.SctpStreamParameters & {
            streamId: number;
          },
      });
      this.#goOn(dataProducerId, answer, done);
    });
    this.#watch(transport);
    this.#made.push(transport);
    return transport;
  }

  /**
   * Lets mediasoup-client go on without the server's answer: it would let what is to
   * be sent next wait for it, and a refusal would break what it negotiates then.
   */
  #goOn(
    id: string,
    answer: Promise<unknown>,
    done: (producer: { id: string }) => void,
  ): void {
    answer.catch(() => {
      // Those that wait for its acceptance get the error; there may be none.
    });
    this.#answers.set(id, answer);
    done({ id });
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
    console.warn('A transport cannot be set up, joining again:', error);
    this.#channel.end();
  }
}

/**
 * Lets the server begin the DTLS handshake: it does so when the first check of ICE
 * arrives. A browser that begins waits for the answer to that check, and may send
 * one round trip later. (mediasoup-client leaves the browser no choice when it
 * receives.)
 */
function withServerFirst(
  options: types.TransportOptions,
): types.TransportOptions {
  const dtlsParameters = { ...options.dtlsParameters, role: 'client' as const };
  return { ...options, dtlsParameters };
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
