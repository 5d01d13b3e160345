import type { types } from 'mediasoup';

import { mediaErrors } from '../media/errors.ts';
import { roomErrors } from './errors.ts';
import type { Source } from '../auth/Permissions.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import {
  callMediasoup,
  named,
  openInMediasoup,
} from '../media/mediasoupErrors.ts';
import { countTracks } from './holdings.ts';
import type { TrackCounts } from './holdings.ts';
import type { AppData, ProducerInfo } from './events.ts';
import { lookUp, present } from './lookup.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requirePublish, stillHas } from './permissions.ts';
import { namedSource, usualSource } from './sources.ts';
import type { Transports } from './Transports.ts';
import type { PeerContext, RoomContext } from './types.ts';

/** A producer and its source. */
interface Entry {
  readonly producer: types.Producer<AppData>;
  readonly source: Source;
  /** The source if its owner named one. */
  readonly explicitSource: Source | undefined;
}

/** The tracks that one peer sends. */
export class Producers {
  readonly #peer: PeerContext;
  readonly #room: RoomContext;
  readonly #transports: Transports;
  readonly #limit: ConcurrencyLimit;
  /** One limit for each source that was sent so far. */
  readonly #sourceLimits = new Map<Source, ConcurrencyLimit>();
  readonly #producers = new Map<string, Entry>();

  constructor(peer: PeerContext, room: RoomContext, transports: Transports) {
    this.#peer = peer;
    this.#room = room;
    this.#transports = transports;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'producersPerPeer',
      'tracks that one peer sends',
    );
  }

  get ids(): string[] {
    return Array.from(this.#producers.keys());
  }

  get counts(): TrackCounts {
    return countTracks(
      Array.from(this.#producers.values(), ({ producer }) => producer),
    );
  }

  /** The public part of each, for the other members. */
  get infos(): ProducerInfo[] {
    return Array.from(this.#producers.values(), producerInfo);
  }

  has(producerId: string): boolean {
    return this.#producers.has(producerId);
  }

  /**
   * Creates a producer: the peer sends a track into the room.
   *
   * @param options.transportId - The send transport; optional for a peer that
   *   has exactly one.
   * @param options.producerId - An id chosen by the client; by default, by the
   *   server.
   * @throws {AppError} FORBIDDEN, LIMIT_REACHED, ID_TAKEN, TRANSPORT_NOT_FOUND,
   *   TRANSPORT_REQUIRED, WRONG_DIRECTION, VALIDATION_ERROR when a codec
   *   is of the other kind, MEDIA_REJECTED.
   */
  async open(options: {
    transportId?: string | undefined;
    producerId?: string | undefined;
    kind: types.MediaKind;
    rtpParameters: types.RtpParameters;
    paused?: boolean | undefined;
    appData?: AppData | undefined;
  }): Promise<ProducerInfo> {
    const appData = options.appData ?? {};
    const explicitSource = namedSource(options.kind, appData);
    const source = explicitSource ?? usualSource(options.kind);
    requirePublish(this.#peer.grants, source);
    const transport = this.#transports.pick('send', options.transportId);
    requireCodecsOfKind(options.kind, options.rtpParameters);
    using _place = this.#reserve(explicitSource);
    using _id = this.#room.producers.reserve(options.producerId);
    using attached = new DisposableStack();
    attached.use(this.#peer.appDataLimit.acquire(appData));
    const producer = await openInMediasoup(
      'rtpParameters',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
        stillHas(`publish of "${source}"`, () =>
          this.#peer.grants.publish.includes(source),
        ),
      ],
      () =>
        this.#room.routers.produce(transport, {
          ...(options.producerId !== undefined && { id: options.producerId }),
          kind: options.kind,
          rtpParameters: options.rtpParameters,
          paused: options.paused ?? false,
          appData,
        }),
    );
    requireDistinctCodecs(producer);
    const entry: Entry = { producer, source, explicitSource };
    this.#producers.set(producer.id, entry);
    const kept = attached.move();
    producer.observer.once('close', () => {
      this.#producers.delete(producer.id);
      this.#peer.quality.setWeak(producer, false);
      kept.dispose();
    });
    producer.on('score', (scores) => {
      const best = Math.max(0, ...scores.map(({ score }) => score));
      this.#peer.quality.setScore(producer, best);
      this.#peer.notify({
        type: 'producerScore',
        producerId: producer.id,
        scores: scores.map(({ encodingIdx, ssrc, rid, score }) => ({
          encodingIdx,
          ssrc,
          rid,
          score,
        })),
      });
    });
    const info = producerInfo(entry);
    this.#room.producers.add(this.#peer, producer, info);
    this.#peer.logger.debug('produces %s %s', producer.kind, producer.id);
    return info;
  }

  /**
   * Pauses one of the peer's producers for all its consumers.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async pause(producerId: string): Promise<void> {
    const producer = this.#get(producerId);
    await this.#request(producer, () => producer.pause());
  }

  /**
   * Resumes one of the peer's producers.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async resume(producerId: string): Promise<void> {
    const producer = this.#get(producerId);
    await this.#request(producer, () => producer.resume());
  }

  /**
   * Statistics of one of the peer's producers, by encoding.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async stats(producerId: string): Promise<types.ProducerStat[]> {
    const producer = this.#get(producerId);
    return this.#request(producer, () => producer.getStats());
  }

  /**
   * Closes one of the peer's producers.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  close(producerId: string): void {
    this.#get(producerId).close();
  }

  /** Closes the tracks that the peer may no longer send, and tells it. */
  closeDenied(by: string | undefined): void {
    const { publish } = this.#peer.grants;
    for (const { producer, source } of this.#producers.values()) {
      if (!publish.includes(source)) {
        const { id: producerId } = producer;
        this.#peer.notify({ type: 'producerStopped', producerId, by });
        producer.close();
      }
    }
  }

  /**
   * Reserves a place for a track, among all tracks and among those of the named
   * source, of which other members expect one. Clients that know no sources name
   * none, and may send more than one track of a kind.
   */
  #reserve(source: Source | undefined): Disposable {
    using places = new DisposableStack();
    places.use(this.#limit.acquire(this.#producers.size));
    if (source !== undefined) {
      places.use(this.#limitOf(source).acquire(this.#countOf(source)));
    }
    return places.move();
  }

  #limitOf(source: Source): ConcurrencyLimit {
    let limit = this.#sourceLimits.get(source);
    if (limit === undefined) {
      limit = new ConcurrencyLimit(
        this.#room.limits,
        'producersPerSource',
        `tracks of source "${source}" that one peer sends`,
      );
      this.#sourceLimits.set(source, limit);
    }
    return limit;
  }

  #countOf(source: Source): number {
    return Array.from(this.#producers.values()).filter(
      ({ explicitSource }) => explicitSource === source,
    ).length;
  }

  #request<Result>(
    producer: types.Producer,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const needs = [
      present(this.#peer),
      named('producerId', roomErrors.PRODUCER_NOT_FOUND, producer),
    ];
    return callMediasoup('producer', needs, request);
  }

  #get(producerId: string): types.Producer<AppData> {
    return lookUp(this.#producers, producerId, 'PRODUCER_NOT_FOUND').producer;
  }
}

/** Refuses codecs of the other kind: mediasoup accepts them, clients do not. */
function requireCodecsOfKind(
  kind: types.MediaKind,
  { codecs }: types.RtpParameters,
): void {
  const other = codecs.find(
    ({ mimeType }) => !mimeType.toLowerCase().startsWith(`${kind}/`),
  );
  if (other !== undefined) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `rtpParameters.codecs: expected codecs of kind "${kind}", got ${other.mimeType}`,
    );
  }
}

/** Refuses codecs that are equal to the router: such a producer has no consumers. */
function requireDistinctCodecs(producer: types.Producer): void {
  const { codecs } = producer.consumableRtpParameters;
  const twin = codecs.find(({ payloadType }, index) =>
    codecs.slice(0, index).some((other) => other.payloadType === payloadType),
  );
  if (twin !== undefined) {
    producer.close();
    throw new AppError(
      mediaErrors.MEDIA_REJECTED,
      `rtpParameters.codecs: expected each codec once, got ${twin.mimeType} twice`,
    );
  }
}

function producerInfo({ producer, source }: Entry): ProducerInfo {
  return {
    producerId: producer.id,
    kind: producer.kind,
    paused: producer.paused,
    source,
    appData: producer.appData,
  };
}
