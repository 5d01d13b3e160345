import type { types } from 'mediasoup';

import { mediaErrors } from '../media/errors.ts';
import { roomErrors } from './errors.ts';
import type { Source } from '../auth/Grants.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import {
  callMediasoup,
  named,
  openInEngine,
} from '../media/mediasoupErrors.ts';
import { countTracks } from './roomStats.ts';
import type { TrackCounts } from './roomStats.ts';
import type { AppData, ProducerInfo } from './events.ts';
import { lookUp, present } from './lookup.ts';
import type { Peer } from './Peer.ts';
import { ConcurrencyLimit } from '../limits/ConcurrencyLimit.ts';
import { requirePublish } from './permissions.ts';
import type { Room } from './Room.ts';
import { namedSource, sourceOf } from './sources.ts';

/** What one peer sends. */
export class Producers {
  readonly #peer: Peer;
  readonly #room: Room;
  readonly #limit: ConcurrencyLimit;
  /** Those of the sources that were sent so far. */
  readonly #sourceLimits = new Map<Source, ConcurrencyLimit>();
  readonly #producers = new Map<string, types.Producer<AppData>>();

  constructor(peer: Peer, room: Room) {
    this.#peer = peer;
    this.#room = room;
    this.#limit = new ConcurrencyLimit(
      room.limits,
      'producersPerPeer',
      'tracks that one peer sends',
      () => this.#producers.size,
    );
  }

  get ids(): string[] {
    return Array.from(this.#producers.keys());
  }

  get counts(): TrackCounts {
    return countTracks(this.#producers.values());
  }

  /** What the others are shown of them. */
  get infos(): ProducerInfo[] {
    return Array.from(this.#producers.values(), producerInfo);
  }

  /**
   * Starts to send a track into the room.
   *
   * @param options.transportId - The send transport; may be left out by a peer
   *   that has exactly one.
   * @throws {AppError} FORBIDDEN, LIMIT_REACHED, TRANSPORT_NOT_FOUND,
   *   TRANSPORT_REQUIRED, WRONG_DIRECTION, VALIDATION_ERROR when a codec
   *   is of the other kind, MEDIA_REJECTED.
   */
  async open(options: {
    transportId?: string | undefined;
    kind: types.MediaKind;
    rtpParameters: types.RtpParameters;
    paused?: boolean | undefined;
    appData?: AppData | undefined;
  }): Promise<ProducerInfo> {
    const appData = options.appData ?? {};
    requirePublish(this.#peer.grants, sourceOf(options.kind, appData));
    const transport = this.#peer.transports.pick('send', options.transportId);
    requireCodecsOfKind(options.kind, options.rtpParameters);
    using _place = this.#reserve(options.kind, appData);
    const producer = await openInEngine(
      'rtpParameters',
      [
        present(this.#peer),
        named('transportId', roomErrors.TRANSPORT_NOT_FOUND, transport),
      ],
      () =>
        transport.produce<AppData>({
          kind: options.kind,
          rtpParameters: options.rtpParameters,
          paused: options.paused ?? false,
          appData,
        }),
    );
    requireDistinctCodecs(producer);
    this.#producers.set(producer.id, producer);
    producer.observer.once('close', () => this.#producers.delete(producer.id));
    producer.on('score', (scores) => {
      this.#peer.tell({
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
    const info = producerInfo(producer);
    this.#room.addProducer(this.#peer, producer, info);
    this.#peer.logger.debug('produces %s %s', producer.kind, producer.id);
    return info;
  }

  /**
   * Pauses one of the peer's own producers, for everybody.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async pause(producerId: string): Promise<void> {
    const producer = this.#get(producerId);
    await this.#ask(producer, () => producer.pause());
  }

  /**
   * Resumes one of the peer's own producers.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async resume(producerId: string): Promise<void> {
    const producer = this.#get(producerId);
    await this.#ask(producer, () => producer.resume());
  }

  /**
   * What the server receives of one of the peer's own producers, by encoding.
   *
   * @see https://mediasoup.org/documentation/v3/mediasoup/rtc-statistics/
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  async stats(producerId: string): Promise<types.ProducerStat[]> {
    const producer = this.#get(producerId);
    return this.#ask(producer, () => producer.getStats());
  }

  /**
   * Ends one of the peer's own producers.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND.
   */
  close(producerId: string): void {
    this.#get(producerId).close();
  }

  /**
   * Keeps a place for a track, among all and among those of its source. Who has
   * a source twice shows the others two of what they expect one of. What names
   * no source comes from clients that know of none, and they may send more than
   * one track of a kind.
   */
  #reserve(kind: types.MediaKind, appData: AppData): Disposable {
    using places = new DisposableStack();
    places.use(this.#limit.acquire());
    const source = namedSource(kind, appData);
    if (source !== undefined) {
      places.use(this.#limitOf(source).acquire());
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
        () => this.#countOf(source),
      );
      this.#sourceLimits.set(source, limit);
    }
    return limit;
  }

  #countOf(source: Source): number {
    return Array.from(this.#producers.values()).filter(
      (producer) => namedSource(producer.kind, producer.appData) === source,
    ).length;
  }

  #ask<Result>(
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
    return lookUp(this.#producers, producerId, 'PRODUCER_NOT_FOUND');
  }
}

/** mediasoup does not look, and what it passed on nobody could receive. */
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

/** Where two codecs are one to the router, mediasoup lets nobody receive. */
function requireDistinctCodecs(producer: types.Producer): void {
  const { codecs } = producer.consumableRtpParameters;
  const twin = codecs.find(({ payloadType }, index) =>
    codecs.slice(0, index).some((other) => other.payloadType === payloadType),
  );
  if (twin !== undefined) {
    producer.close();
    throw new AppError(
      mediaErrors.MEDIA_REJECTED,
      `rtpParameters.codecs: expected each codec once, got two that are the same ${twin.mimeType}`,
    );
  }
}

function producerInfo(producer: types.Producer<AppData>): ProducerInfo {
  return {
    producerId: producer.id,
    kind: producer.kind,
    paused: producer.paused,
    appData: producer.appData,
  };
}
