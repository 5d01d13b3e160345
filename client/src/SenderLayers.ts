import type { types } from 'mediasoup-client';

/** The highest layer that anybody wants; null: nobody wants any. */
export type Wanted = number | null;

/**
 * Sends no more of the videos of one session than somebody wants, as the server
 * tells. A microphone goes on whatever is wanted of it: the server hears by it
 * who speaks.
 */
export class SenderLayers {
  readonly #wanted = new Map<string, Wanted>();
  readonly #producers = new Map<string, types.Producer>();
  readonly #applying = new Set<string>();

  /** Goes by what the server tells of a producer, known here yet or not. */
  note(producerId: string, wanted: Wanted): void {
    this.#wanted.set(producerId, wanted);
    void this.#apply(producerId);
  }

  /** Looks after a producer until it closes. */
  follow(producer: types.Producer): void {
    if (producer.kind !== 'video') {
      return;
    }
    const { id } = producer;
    this.#producers.set(id, producer);
    producer.observer.on('close', () => {
      this.#producers.delete(id);
      this.#wanted.delete(id);
    });
    void this.#apply(id);
  }

  /** One change after the other: each begins with what the last has left. */
  async #apply(producerId: string): Promise<void> {
    if (this.#applying.has(producerId)) {
      return;
    }
    this.#applying.add(producerId);
    try {
      let applied: Wanted | undefined;
      for (;;) {
        const sender = this.#producers.get(producerId)?.rtpSender;
        const wanted = this.#wanted.get(producerId);
        if (!sender || wanted === undefined || wanted === applied) {
          return;
        }
        await activate(sender, wanted);
        applied = wanted;
      }
    } catch (error) {
      console.warn('The layers that are sent could not be changed:', error);
    } finally {
      this.#applying.delete(producerId);
    }
  }
}

/** The layers of one stream build on each other: all of them, or none. */
async function activate(sender: RTCRtpSender, wanted: Wanted): Promise<void> {
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  for (const [layer, encoding] of encodings.entries()) {
    encoding.active =
      wanted !== null && (encodings.length === 1 || layer <= wanted);
  }
  await sender.setParameters(parameters);
}
