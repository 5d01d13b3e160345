import { setTimeout as delay } from 'node:timers/promises';

import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Metrics } from '../core/metrics.ts';
import type { RoomObserver } from '../rooms/RoomObserver.ts';
import type { MessageRecord } from '../store/Store.ts';
import type {
  DeliveryFilter,
  DeliveryPage,
  DeliveryRecord,
  OutboxEvent,
  OutboxState,
  StoredWebhooks,
} from '../store/WebhookStore.ts';
import { CallEvents } from './CallEvents.ts';
import { EndpointDeliveries } from './EndpointDeliveries.ts';
import type { DeliveryParts } from './EndpointDeliveries.ts';
import { deliveryNotFound, webhookErrors } from './errors.ts';
import { EventOutbox } from './EventOutbox.ts';
import type { WebhookEndpoint, WebhooksOptions } from './options.ts';
import { RoomEvents } from './RoomEvents.ts';
import type { WebhookTransport } from './WebhookTransport.ts';
import { WebhookUpkeep } from './WebhookUpkeep.ts';

/** Events for the backends of operators: written to an outbox, and delivered from it. */
export class Webhooks {
  /** Learns what happens in rooms. */
  readonly rooms: RoomObserver;
  /** Learns what happens in calls. */
  readonly calls: CallEvents;
  readonly #store: StoredWebhooks;
  readonly #options: Live<WebhooksOptions>;
  readonly #outbox: EventOutbox;
  /** The URLs that are gone, by the ids of their endpoints. */
  readonly #switchedOff = new Map<string, string>();
  readonly #deliveries = new Map<string, EndpointDeliveries>();
  readonly #parts: DeliveryParts;
  readonly #upkeep: WebhookUpkeep;
  #closed = false;

  constructor(
    store: StoredWebhooks,
    transport: WebhookTransport,
    options: Live<WebhooksOptions>,
    metrics: Pick<Metrics, 'webhookAttempts' | 'webhookEventsDropped'>,
  ) {
    this.#store = store;
    this.#options = options;
    this.#outbox = new EventOutbox(store, options, this.#switchedOff, {
      onAdded: () => this.wake(),
      onDropped: () => metrics.webhookEventsDropped.inc(),
    });
    this.rooms = new RoomEvents(this.#outbox);
    this.calls = new CallEvents(this.#outbox);
    this.#parts = {
      store,
      transport,
      options,
      find: (id) => this.#find(id),
      switchOff: (endpoint) => this.#switchOff(endpoint),
      count: (outcome) => metrics.webhookAttempts.inc({ outcome }),
    };
    this.#upkeep = new WebhookUpkeep(store, options);
  }

  /**
   * Begins to deliver the events in the outbox.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  async open(): Promise<void> {
    for (const { id, url } of await this.#store.disabled()) {
      this.#switchedOff.set(id, url);
    }
    this.wake();
  }

  /** The events about a message, to be stored together with it. */
  messageEvents(
    liveRoomId: string,
    chatRoomId: number,
    message: MessageRecord,
  ): OutboxEvent[] {
    const { id: messageId, user, content, createdAt } = message;
    return this.#outbox.make(
      'chat.message',
      liveRoomId,
      {
        roomId: liveRoomId,
        chatRoomId,
        message: {
          messageId,
          author: { userId: user.id, displayName: user.name },
          content,
          createdAt: createdAt.toISOString(),
        },
      },
      [String(user.id)],
      createdAt,
    );
  }

  /** Delivers the events that are due. */
  wake(): void {
    if (this.#closed) {
      return;
    }
    for (const { id } of this.#options.endpoints) {
      let deliveries = this.#deliveries.get(id);
      if (deliveries === undefined) {
        deliveries = new EndpointDeliveries(id, this.#parts);
        this.#deliveries.set(id, deliveries);
      }
      deliveries.wake();
    }
  }

  /**
   * A selection of the deliveries, the newest first.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  deliveries(
    filter: DeliveryFilter,
    page: DeliveryPage,
  ): Promise<DeliveryRecord[]> {
    return this.#store.list(filter, page);
  }

  /**
   * Begins a delivery again, also one that has arrived, with the same event id. Its
   * endpoint is switched on again if it was off.
   *
   * @throws {AppError} DELIVERY_NOT_FOUND, WEBHOOK_ENDPOINT_UNKNOWN,
   *   STORE_UNAVAILABLE.
   */
  async replay(id: number): Promise<DeliveryRecord> {
    const delivery = await this.#required(id);
    const { endpointId } = delivery;
    if (!this.#options.endpoints.some((it) => it.id === endpointId)) {
      throw new AppError(
        webhookErrors.WEBHOOK_ENDPOINT_UNKNOWN,
        `webhooks.endpoints: expected an endpoint ${JSON.stringify(endpointId)}, to which the delivery goes, got none`,
      );
    }
    await this.#store.enable(endpointId);
    this.#switchedOff.delete(endpointId);
    await this.#store.replay(id);
    const replayed = await this.#required(id);
    this.wake();
    return replayed;
  }

  /**
   * The state of the outbox.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  state(): Promise<OutboxState> {
    return this.#store.state();
  }

  /**
   * Writes the waiting events, delivers those that are due until `shutdownTime` is
   * over, and stops. The others are delivered after the next start.
   */
  async close(): Promise<void> {
    await Promise.all([this.#outbox.close(), this.#upkeep.close()]);
    this.#closed = true;
    const all = Array.from(this.#deliveries.values());
    const timer = new AbortController();
    await Promise.race([
      Promise.all(all.map((it) => it.idle())),
      delay(this.#options.shutdownTime, undefined, timer),
    ]);
    timer.abort();
    await Promise.all(all.map((it) => it.stop()));
  }

  /** @throws {AppError} DELIVERY_NOT_FOUND, STORE_UNAVAILABLE. */
  async #required(id: number): Promise<DeliveryRecord> {
    const delivery = await this.#store.get(id);
    if (delivery === undefined) {
      throw deliveryNotFound(String(id));
    }
    return delivery;
  }

  #find(id: string): WebhookEndpoint | undefined {
    const endpoint = this.#options.endpoints.find((it) => it.id === id);
    return endpoint !== undefined && this.#switchedOff.get(id) === endpoint.url
      ? undefined
      : endpoint;
  }

  async #switchOff({ id, url }: WebhookEndpoint): Promise<void> {
    this.#switchedOff.set(id, url);
    await this.#store.disable(
      { id, url },
      'the endpoint is switched off, because its receiver answered 410',
    );
  }
}
