import type { types } from 'mediasoup';

import { roomErrors } from './errors.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import {
  callMediasoup,
  named,
  openInMediasoup,
} from '../media/mediasoupErrors.ts';
import type { TransportOptions } from '../media/RoomRouter.ts';
import { whenClosed } from '../media/whenClosed.ts';
import { lookUp, present } from './lookup.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { transportInfo } from './transportInfo.ts';
import type { Direction, TransportInfo } from './transportInfo.ts';
import type { PeerContext, RoomContext } from './types.ts';

interface PeerTransport {
  direction: Direction;
  transport: types.WebRtcTransport;
  connected: boolean;
}

/** The peer of transports, which is told of their changes. */
interface TransportOwner extends PeerContext {
  /** The ICE state of one has changed. */
  transportChanged(): void;
  /** The peer has closed one. */
  transportClosed(transportId: string): void;
}

/** The transports of one peer. */
export class Transports {
  readonly #peer: TransportOwner;
  readonly #room: RoomContext;
  readonly #limit: ConcurrencyLimit;
  readonly #transports = new Map<string, PeerTransport>();

  constructor(peer: TransportOwner, room: RoomContext) {
    this.#peer = peer;
    this.#room = room;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'transportsPerPeer',
      'transports of one peer',
    );
  }

  get ids(): string[] {
    return Array.from(this.#transports.keys());
  }

  get size(): number {
    return this.#transports.size;
  }

  /** True if ICE connects the client to one of them. */
  get connected(): boolean {
    return Array.from(this.#transports.values()).some(
      ({ transport: { iceState } }) =>
        iceState === 'connected' || iceState === 'completed',
    );
  }

  /** True if every transport that ICE had connected is now disconnected. */
  get disconnected(): boolean {
    const states = Array.from(
      this.#transports.values(),
      ({ transport }) => transport.iceState,
    ).filter((state) => state !== 'new');
    return (
      states.length > 0 && states.every((state) => state === 'disconnected')
    );
  }

  has(transportId: string): boolean {
    return this.#transports.has(transportId);
  }

  /**
   * Opens a transport to the peer's client.
   *
   * @param options.forceTcp - Offers no UDP candidate, for networks that drop
   *   UDP late.
   * @param options.forceUdp - Offers no TCP candidate.
   * @param options.preferTcp - Prefers candidates for TCP.
   * @param options.initialOutgoingBitrate - The bandwidth estimated at first,
   *   bit/s; by default as configured.
   * @param options.enableSctp - Lets it carry data as well.
   * @throws {AppError} LIMIT_REACHED.
   */
  async create(
    direction: Direction,
    options: Partial<Omit<TransportOptions, 'maxIncomingBitrate'>> = {},
  ): Promise<TransportInfo> {
    const { forceTcp = false, enableSctp = false, ...more } = options;
    using _place = this.#limit.acquire(this.#transports.size);
    const { routers, limits } = this.#room;
    const transport = await openInMediasoup(
      'transport',
      [present(this.#peer)],
      () =>
        routers.createWebRtcTransport(this.#peer, {
          ...more,
          forceTcp,
          enableSctp,
          ...(direction === 'send' && {
            maxIncomingBitrate: limits.incomingBitrate,
          }),
        }),
    );
    this.#add(direction, transport);
    return transportInfo(transport);
  }

  /**
   * Connects a transport to the client's end.
   *
   * @throws {AppError} TRANSPORT_NOT_FOUND, TRANSPORT_CONNECTED,
   *   MEDIA_REJECTED.
   */
  async connect(
    transportId: string,
    dtlsParameters: types.DtlsParameters,
  ): Promise<void> {
    const owned = this.#get(transportId);
    if (owned.connected) {
      throw new AppError(
        roomErrors.TRANSPORT_CONNECTED,
        `the transport ${transportId} is already connected; use restartIce to repair it`,
      );
    }
    owned.connected = true;
    try {
      await this.#request('dtlsParameters', owned.transport, () =>
        owned.transport.connect({ dtlsParameters }),
      );
    } catch (error) {
      owned.connected = false;
      throw error;
    }
  }

  /**
   * Gives a transport new ICE credentials.
   *
   * @throws {AppError} TRANSPORT_NOT_FOUND.
   */
  async restartIce(transportId: string): Promise<types.IceParameters> {
    const { transport } = this.#get(transportId);
    return this.#request('transport', transport, () => transport.restartIce());
  }

  /**
   * Statistics of a transport and of its network path.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} TRANSPORT_NOT_FOUND.
   */
  async stats(transportId: string): Promise<types.WebRtcTransportStat[]> {
    const { transport } = this.#get(transportId);
    return this.#request('transport', transport, () => transport.getStats());
  }

  /**
   * Selects the transport for a producer or consumer.
   *
   * @param transportId - Optional for a peer that has exactly one in this
   *   direction.
   * @throws {AppError} TRANSPORT_NOT_FOUND, TRANSPORT_REQUIRED,
   *   WRONG_DIRECTION.
   */
  pick(
    direction: Direction,
    transportId: string | undefined,
  ): types.WebRtcTransport {
    if (transportId !== undefined) {
      const owned = this.#get(transportId);
      if (owned.direction !== direction) {
        throw new AppError(
          roomErrors.WRONG_DIRECTION,
          `transportId: expected a transport with direction "${direction}", got one with "${owned.direction}"`,
        );
      }
      return owned.transport;
    }
    const fitting = Array.from(this.#transports.values()).filter(
      (owned) => owned.direction === direction,
    );
    if (fitting.length !== 1 || fitting[0] === undefined) {
      throw new AppError(
        roomErrors.TRANSPORT_REQUIRED,
        `transportId: expected one, because the peer has ${fitting.length} transports with direction "${direction}", got nothing`,
      );
    }
    return fitting[0].transport;
  }

  /**
   * Closes a transport with its producers and consumers.
   *
   * @throws {AppError} TRANSPORT_NOT_FOUND.
   */
  close(transportId: string): void {
    this.#get(transportId).transport.close();
    this.#peer.transportClosed(transportId);
  }

  /**
   * Selects the transport for a data producer or data consumer.
   *
   * @throws {AppError} The errors of {@link pick}; VALIDATION_ERROR if it was
   *   created without SCTP.
   */
  pickForData(
    direction: Direction,
    transportId: string | undefined,
  ): types.WebRtcTransport {
    const transport = this.pick(direction, transportId);
    if (transport.sctpParameters === undefined) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        'transportId: expected a transport created with enableSctp, which data needs, got one created without',
      );
    }
    return transport;
  }

  /** Closes every transport with its producers and consumers. */
  closeAll(): void {
    for (const { transport } of this.#transports.values()) {
      transport.close();
    }
  }

  #add(direction: Direction, transport: types.WebRtcTransport): void {
    const { id } = transport;
    this.#transports.set(id, { direction, transport, connected: false });
    whenClosed(transport, () => {
      this.#transports.delete(id);
      this.#peer.quality.setWeak(transport, false);
    });
    transport.on('icestatechange', () => this.#peer.transportChanged());
  }

  #request<Result>(
    subject: string,
    transport: types.Transport,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const needs = [
      present(this.#peer),
      named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
    ];
    return callMediasoup(subject, needs, request);
  }

  #get(transportId: string): PeerTransport {
    return lookUp(this.#transports, transportId, 'TRANSPORT_NOT_FOUND');
  }
}
