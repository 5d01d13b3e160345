import type { Consumers } from './Consumers.ts';
import type { Size } from './layers.ts';
import { isCode } from './lookup.ts';
import type { Subscription } from './Subscription.ts';
import type { RoomContext } from './types.ts';

/** A producer as a client shows it. */
export interface View {
  readonly producerId: string;
  /** Undefined if it does not show it. */
  readonly size?: Size | undefined;
}

/** The producers on the screen of a client, which receives them therefore. */
export class Views {
  readonly #room: Pick<RoomContext, 'producers'>;
  readonly #consumers: Consumers;
  readonly #subscription: Subscription;

  constructor(
    room: Pick<RoomContext, 'producers'>,
    consumers: Consumers,
    subscription: Subscription,
  ) {
    this.#room = room;
    this.#consumers = consumers;
    this.#subscription = subscription;
  }

  /**
   * Resumes what the client shows, with the layers and the priority for its size,
   * and pauses what it does not. A producer that is shown and not consumed yet
   * gets a paused consumer, and the client an event that tells of it. Producers
   * that are not named stay as they are.
   *
   * @throws {AppError} PRODUCER_NOT_FOUND, FORBIDDEN, TRANSPORT_REQUIRED,
   *   VALIDATION_ERROR, and then nothing has changed; the errors of
   *   {@link Consumers.open} if one cannot be opened, while the others are.
   */
  async set(views: readonly View[]): Promise<void> {
    const sizes = new Map(
      views.map(({ producerId, size }) => [producerId, size]),
    );
    for (const producerId of sizes.keys()) {
      this.#room.producers.find(producerId);
    }
    const consumed = this.#consumers.byProducer();
    const missing = Array.from(sizes).some(
      ([id, size]) =>
        size !== undefined &&
        !consumed.has(id) &&
        !this.#subscription.isOpening(id),
    );
    if (missing) {
      this.#consumers.requireReady(this.#subscription.transportId);
    }
    const results = await Promise.allSettled(
      Array.from(sizes, ([id, size]) => this.#set(id, size, consumed.get(id))),
    );
    // Whatever closes meanwhile is skipped: the client is told of that anyway.
    const failed = results.find(
      (it) =>
        it.status === 'rejected' &&
        !isCode(it.reason, 'CONSUMER_NOT_FOUND') &&
        !isCode(it.reason, 'PRODUCER_NOT_FOUND'),
    );
    if (failed?.status === 'rejected') {
      throw failed.reason;
    }
  }

  async #set(
    producerId: string,
    size: Size | undefined,
    consumerIds: readonly string[] = [],
  ): Promise<void> {
    if (this.#subscription.isOpening(producerId)) {
      this.#subscription.setSize(producerId, size);
    } else if (consumerIds.length === 0 && size !== undefined) {
      await this.#subscription.show(producerId, size);
    }
    if (size === undefined) {
      await this.#consumers.pause(...consumerIds);
      return;
    }
    // The layers come first, so that what is resumed never exceeds them.
    await Promise.all([
      ...consumerIds.map((id) => this.#consumers.fit(id, size)),
      this.#consumers.resume(...consumerIds),
    ]);
  }
}
