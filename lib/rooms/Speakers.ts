import type { types } from 'mediasoup';

import type { Logger } from '../core/logger.ts';
import type { AudioObservers } from '../media/RoomRouter.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import { RouterAudio } from '../media/RouterAudio.ts';
import type { AudioLevel, AudioReceiver } from '../media/RouterAudio.ts';
import type { Broadcast, Recipient } from './Broadcast.ts';

/** Rounds in a row in which a router must be the loudest to take over. */
const TAKEOVER_ROUNDS = 2;

/**
 * The active speaker and the audio levels of a room. Each of the room's routers
 * reports on the microphones that it receives, at its own interval; this class
 * combines the reports.
 */
export class Speakers {
  readonly #routers: RouterGroup;
  readonly #maxLevels: number;
  readonly #broadcast: Broadcast;
  readonly #logger: Logger;
  readonly #sources = new Map<AudioObservers, RouterAudio>();
  /** Sources whose last levels are not announced yet. */
  readonly #pending = new Set<RouterAudio>();
  /** The source of the active speaker. */
  #loudest: RouterAudio | undefined;
  /** A source that was louder than that in the last rounds. */
  #challenger: { source: RouterAudio; rounds: number } | undefined;
  #silent = true;
  /** The active speaker as it was announced last. */
  #announced: string | undefined;

  /** @param maxLevels - The number of peers in one announcement, at most. */
  constructor(
    routers: RouterGroup,
    maxLevels: number,
    broadcast: Broadcast,
    logger: Logger,
  ) {
    this.#routers = routers;
    this.#maxLevels = maxLevels;
    this.#broadcast = broadcast;
    this.#logger = logger;
  }

  /** Announces the active speaker, if there is one, to a new member. */
  announceTo(recipient: Recipient): void {
    if (this.#announced !== undefined) {
      recipient.notify({ type: 'activeSpeaker', peerId: this.#announced });
    }
  }

  /** Observes a microphone while it is not paused, until it closes. */
  add(peerId: string, producer: types.Producer): void {
    const observers = this.#routers.audioObserversOf(producer);
    if (observers === undefined || producer.closed) {
      return;
    }
    const source = this.#sourceOf(observers);
    const start = (): void => {
      if (!producer.closed) {
        source.add(peerId, producer);
      }
    };
    const stop = (): void => {
      source.remove(producer);
      this.#announceActive();
    };
    producer.observer.on('pause', stop);
    producer.observer.on('resume', start);
    producer.observer.once('close', stop);
    if (!producer.paused) {
      start();
    }
  }

  #sourceOf(observers: AudioObservers): RouterAudio {
    let source = this.#sources.get(observers);
    if (source === undefined) {
      const receiver: AudioReceiver = {
        onLevels: (from) => this.#onLevels(from),
        onDominant: () => this.#announceActive(),
        onClose: (closed) => {
          this.#sources.delete(observers);
          this.#forget(closed);
        },
      };
      source = new RouterAudio(observers, receiver, this.#logger);
      this.#sources.set(observers, source);
    }
    return source;
  }

  #forget(source: RouterAudio): void {
    this.#pending.delete(source);
    if (this.#loudest === source) {
      this.#loudest = undefined;
    }
    if (this.#challenger?.source === source) {
      this.#challenger = undefined;
    }
    this.#announceIfComplete();
  }

  /** Ends a round when a source reports again before all the others have. */
  #onLevels(source: RouterAudio): void {
    if (this.#pending.has(source)) {
      this.#announceLevels();
      return;
    }
    if (source.levels.length > 0) {
      this.#pending.add(source);
    }
    this.#announceIfComplete();
  }

  /** Ends a round when every source that is not silent has reported. */
  #announceIfComplete(): void {
    const sources = Array.from(this.#sources.values());
    if (
      sources.every(
        (source) => this.#pending.has(source) || source.levels.length === 0,
      )
    ) {
      this.#announceLevels();
    }
  }

  /** Announces the levels of a round; silence is announced once. */
  #announceLevels(): void {
    this.#pending.clear();
    const levels = this.#levels();
    const silent = levels.length === 0;
    if (!silent || !this.#silent) {
      this.#broadcast.toAll({ type: 'audioLevels', levels });
    }
    this.#silent = silent;
    this.#updateLoudest();
    this.#announceActive();
  }

  /** The highest levels of all sources, the loudest first. */
  #levels(): AudioLevel[] {
    return Array.from(this.#sources.values())
      .flatMap(({ levels }) => levels)
      .toSorted((one, other) => other.volume - one.volume)
      .slice(0, this.#maxLevels);
  }

  /**
   * Keeps the present source while it is not silent, unless another one is
   * louder for longer than a syllable.
   */
  #updateLoudest(): void {
    const [first] = Array.from(this.#sources.values()).toSorted(
      (one, other) => other.volume - one.volume,
    );
    const current = this.#loudest;
    if (first === undefined || first === current) {
      this.#challenger = undefined;
      return;
    }
    if (current !== undefined && current.levels.length > 0) {
      const before =
        this.#challenger?.source === first ? this.#challenger.rounds : 0;
      this.#challenger = { source: first, rounds: before + 1 };
      if (this.#challenger.rounds < TAKEOVER_ROUNDS) {
        return;
      }
    }
    this.#loudest = first;
    this.#challenger = undefined;
  }

  /**
   * Announces the active speaker if it has changed. mediasoup never reports that
   * there is none any more, and reports a lone microphone before it is used.
   */
  #announceActive(): void {
    const active = this.#silent ? undefined : this.#loudest?.dominant;
    if (active !== this.#announced) {
      this.#announced = active;
      this.#broadcast.toAll({ type: 'activeSpeaker', peerId: active });
    }
  }
}
