import type { types } from 'mediasoup-client';
import { StepRunner } from './StepRunner.ts';

/** The highest spatial layer that any receiver wants; null: none at all. */
export type MaxLayer = number | null;

/** The time for which a video that was not sent starts with its smallest layer only, ms. */
const WARM_UP = 400;

/**
 * Sends only those layers of the local videos that a receiver wants, going by
 * `producerWanted`, and with which the device keeps up. A microphone is always sent: the
 * server needs it to detect speakers.
 */
export class SenderLayers {
  readonly #producers = new Map<string, types.Producer>();
  /** By producer; may be known before the producer itself. */
  readonly #wanted = new Map<string, MaxLayer>();
  readonly #applied = new Map<string, MaxLayer>();
  /** The highest layer that the device keeps up with. */
  #most = Infinity;
  readonly #steps = new StepRunner<string>(
    (producerId) => this.#nextStep(producerId),
    (error) => console.warn('Video layers were not changed:', error),
  );

  /** Limits the layers of a producer, whether it has been added yet or not. */
  setMaxLayer(producerId: string, maxLayer: MaxLayer): void {
    this.#wanted.set(producerId, maxLayer);
    void this.#steps.run(producerId);
  }

  /** Limits the layers of all producers that have several. */
  limit(maxLayer: number): void {
    this.#most = maxLayer;
    for (const producerId of this.#producers.keys()) {
      void this.#steps.run(producerId);
    }
  }

  /** Manages a producer's layers until it closes. */
  add(producer: types.Producer): void {
    if (producer.kind !== 'video') {
      return;
    }
    const { id } = producer;
    this.#producers.set(id, producer);
    producer.observer.on('close', () => {
      this.#producers.delete(id);
      this.#wanted.delete(id);
      this.#applied.delete(id);
    });
    void this.#steps.run(id);
  }

  #nextStep(producerId: string): Promise<void> | undefined {
    const sender = this.#producers.get(producerId)?.rtpSender;
    const wanted = this.#wanted.get(producerId);
    const maxLayer = wanted && Math.min(wanted, this.#most);
    if (
      !sender ||
      maxLayer === undefined ||
      maxLayer === this.#applied.get(producerId)
    ) {
      return undefined;
    }
    return this.#apply(producerId, sender, maxLayer);
  }

  async #apply(
    producerId: string,
    sender: RTCRtpSender,
    maxLayer: MaxLayer,
  ): Promise<void> {
    const { encodings } = sender.getParameters();
    const dark = encodings.every(({ active }) => !active);
    if (dark && maxLayer && encodings.length > 1) {
      // A browser begins with the largest layer, and the server forwards the first
      // that comes, which a thin link to the receiver does not carry.
      await activateLayers(sender, 0);
      await new Promise((resolve) => setTimeout(resolve, WARM_UP));
      if (!this.#producers.has(producerId)) {
        return;
      }
    }
    await activateLayers(sender, maxLayer);
    if (this.#producers.has(producerId)) {
      this.#applied.set(producerId, maxLayer);
    }
  }
}

/** With a single encoding, its layers depend on each other: all or none. */
async function activateLayers(
  sender: RTCRtpSender,
  maxLayer: MaxLayer,
): Promise<void> {
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  for (const [layer, encoding] of encodings.entries()) {
    encoding.active =
      maxLayer !== null && (encodings.length === 1 || layer <= maxLayer);
  }
  await sender.setParameters(parameters);
}
