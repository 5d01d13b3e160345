import type { types } from 'mediasoup';

import type { Logger } from '../core/logger.ts';
import type { AudioObservers } from '../media/RoomRouter.ts';
import type { RouterGroup } from '../media/RouterGroup.ts';
import { RouterAudio } from '../media/RouterAudio.ts';
import type { Listener } from '../media/RouterAudio.ts';
import type { RoomEvent } from './events.ts';
import type { AudioLevel } from '../media/RouterAudio.ts';

/** How often in a row one has to be the loudest to take over. */
const TAKEOVER = 2;

/**
 * Who speaks in a room, of those whose microphone is on. Each router of the
 * room hears the microphones that come in there, at its own beat; here it is
 * put together.
 */
export class Speakers {
  readonly #routers: RouterGroup;
  readonly #maxLevels: number;
  readonly #tell: (event: RoomEvent) => void;
  readonly #logger: Logger;
  readonly #ears = new Map<AudioObservers, RouterAudio>();
  /** Ears whose last volumes nobody was told of yet. */
  readonly #fresh = new Set<RouterAudio>();
  /** Where the one that speaks most is heard. */
  #loudest: RouterAudio | undefined;
  /** Who was louder than that the last times, and how often. */
  #challenger: { ear: RouterAudio; times: number } | undefined;
  #silent = true;
  #told: string | undefined;

  /**
   * @param maxLevels - How many are told of at a time.
   * @param tell - Tells everybody in the room.
   */
  constructor(
    routers: RouterGroup,
    maxLevels: number,
    tell: (event: RoomEvent) => void,
    logger: Logger,
  ) {
    this.#routers = routers;
    this.#maxLevels = maxLevels;
    this.#tell = tell;
    this.#logger = logger;
  }

  /** Tells somebody who comes in while another one speaks. */
  introduce(tell: (event: RoomEvent) => void): void {
    if (this.#told !== undefined) {
      tell({ type: 'activeSpeaker', peerId: this.#told });
    }
  }

  /** Listens to a microphone from now on, whenever it is on. */
  add(peerId: string, producer: types.Producer): void {
    const listeners = this.#routers.audioObserversOf(producer);
    if (listeners === undefined || producer.closed) {
      return;
    }
    const ear = this.#earOf(listeners);
    const listen = (): void => {
      if (!producer.closed) {
        ear.add(peerId, producer);
      }
    };
    const leaveAlone = (): void => {
      ear.remove(producer);
      this.#tellActive();
    };
    producer.observer.on('pause', leaveAlone);
    producer.observer.on('resume', listen);
    producer.observer.once('close', leaveAlone);
    if (!producer.paused) {
      listen();
    }
  }

  #earOf(listeners: AudioObservers): RouterAudio {
    let ear = this.#ears.get(listeners);
    if (ear === undefined) {
      const listener: Listener = {
        onLevels: (it) => this.#hear(it),
        onDominant: () => this.#tellActive(),
        onClose: (it) => {
          this.#ears.delete(listeners);
          this.#forget(it);
        },
      };
      ear = new RouterAudio(listeners, listener, this.#logger);
      this.#ears.set(listeners, ear);
    }
    return ear;
  }

  #forget(ear: RouterAudio): void {
    this.#fresh.delete(ear);
    if (this.#loudest === ear) {
      this.#loudest = undefined;
    }
    if (this.#challenger?.ear === ear) {
      this.#challenger = undefined;
    }
    this.#tellRound();
  }

  /** An ear that is back before all others were there has waited enough. */
  #hear(ear: RouterAudio): void {
    if (this.#fresh.has(ear)) {
      this.#tellLevels();
      return;
    }
    if (ear.levels.length > 0) {
      this.#fresh.add(ear);
    }
    this.#tellRound();
  }

  /** Tells once all that hear something have said what. */
  #tellRound(): void {
    const ears = Array.from(this.#ears.values());
    if (ears.every((ear) => this.#fresh.has(ear) || ear.levels.length === 0)) {
      this.#tellLevels();
    }
  }

  /** Silence is told once, and then nothing until somebody speaks. */
  #tellLevels(): void {
    this.#fresh.clear();
    const levels = this.#levels();
    const silent = levels.length === 0;
    if (!silent || !this.#silent) {
      this.#tell({ type: 'audioLevels', levels });
    }
    this.#silent = silent;
    this.#compare();
    this.#tellActive();
  }

  /** The loudest first. */
  #levels(): AudioLevel[] {
    return Array.from(this.#ears.values())
      .flatMap(({ levels }) => levels)
      .toSorted((one, other) => other.volume - one.volume)
      .slice(0, this.#maxLevels);
  }

  /**
   * Where one is heard who speaks there is no other to be looked for, unless
   * somebody is louder for longer than a syllable.
   */
  #compare(): void {
    const [first] = Array.from(this.#ears.values()).toSorted(
      (one, other) => other.volume - one.volume,
    );
    const current = this.#loudest;
    if (first === undefined || first === current) {
      this.#challenger = undefined;
      return;
    }
    if (current !== undefined && current.levels.length > 0) {
      const before =
        this.#challenger?.ear === first ? this.#challenger.times : 0;
      this.#challenger = { ear: first, times: before + 1 };
      if (this.#challenger.times < TAKEOVER) {
        return;
      }
    }
    this.#loudest = first;
    this.#challenger = undefined;
  }

  /**
   * mediasoup never says that nobody speaks any more, and names whoever is
   * alone with a microphone before a word was said.
   */
  #tellActive(): void {
    const active = this.#silent ? undefined : this.#loudest?.dominant;
    if (active !== this.#told) {
      this.#told = active;
      this.#tell({ type: 'activeSpeaker', peerId: active });
    }
  }
}
