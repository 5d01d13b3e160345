import type { Source } from '../auth/Permissions.ts';
import { SOURCES } from '../auth/Permissions.ts';
import type { RoomEvent } from './events.ts';

/**
 * The sources that one peer receives from each of the others, as chosen by an
 * operator; by default, all of them. Other producers do not exist for its client:
 * events about them are held back.
 */
export class Reception {
  /** The sources that are received, by peer; left out where that is all of them. */
  readonly #received = new Map<string, ReadonlySet<Source>>();
  readonly #hidden = new Set<string>();

  /** The sources that it may receive from a peer. */
  sourcesOf(peerId: string): Source[] {
    return SOURCES.filter((source) => this.#admits(peerId, source));
  }

  /** Chooses the sources to receive from a peer. */
  choose(peerId: string, sources: readonly Source[]): void {
    if (SOURCES.every((source) => sources.includes(source))) {
      this.#received.delete(peerId);
    } else {
      this.#received.set(peerId, new Set(sources));
    }
  }

  /** Tells if the producer is one that does not exist for the client. */
  hides(producerId: string): boolean {
    return this.#hidden.has(producerId);
  }

  /**
   * Hides a producer or shows it again, as chosen for its source.
   *
   * @returns The change; undefined if there is none.
   */
  update(
    peerId: string,
    { producerId, source }: { producerId: string; source: Source },
  ): 'hidden' | 'shown' | undefined {
    const isHidden = this.#hidden.has(producerId);
    const hide = !this.#admits(peerId, source);
    if (hide === isHidden) {
      return undefined;
    }
    if (hide) {
      this.#hidden.add(producerId);
      return 'hidden';
    }
    this.#hidden.delete(producerId);
    return 'shown';
  }

  /** Tells if an event is about a producer that does not exist for the client. */
  holdsBack(event: RoomEvent): boolean {
    switch (event.type) {
      case 'producerOpened':
        return this.update(event.peerId, event.producer) === 'hidden';
      case 'producerPaused':
      case 'producerResumed':
        return this.#hidden.has(event.producerId);
      case 'producerClosed':
        return this.#hidden.delete(event.producerId);
      default:
        return false;
    }
  }

  #admits(peerId: string, source: Source): boolean {
    return this.#received.get(peerId)?.has(source) ?? true;
  }
}
