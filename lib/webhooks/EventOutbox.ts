import { randomUUID } from 'node:crypto';

import type { Live } from '../core/Live.ts';
import { WriteBehind } from '../core/WriteBehind.ts';
import type { OutboxEvent, StoredWebhooks } from '../store/WebhookStore.ts';
import type { WebhookData, WebhookEventType } from './events.ts';
import type { WebhooksOptions } from './options.ts';

/** The part of the outbox that events come from. */
export interface EventSink {
  /**
   * Writes an event as soon as possible, if an endpoint receives it.
   *
   * @param userIds - The users that it is about.
   * @returns False if it was dropped, because too many wait for the database.
   */
  add<Type extends WebhookEventType>(
    type: Type,
    roomId: string | undefined,
    data: WebhookData<Type>,
    userIds?: readonly string[],
  ): boolean;
}

/** The endpoints that are switched off, each with the URL that is gone. */
export type SwitchedOff = ReadonlyMap<string, string>;

/** Makes events for the endpoints that chose them, and writes them to the store. */
export class EventOutbox implements EventSink {
  readonly #options: Live<WebhooksOptions>;
  readonly #switchedOff: SwitchedOff;
  readonly #onDropped: () => void;
  readonly #queue: WriteBehind<OutboxEvent>;

  /**
   * @param onAdded - Called when events are in the store.
   * @param onDropped - Called for each event that is lost.
   */
  constructor(
    store: Pick<StoredWebhooks, 'add'>,
    options: Live<WebhooksOptions>,
    switchedOff: SwitchedOff,
    { onAdded, onDropped }: { onAdded: () => void; onDropped: () => void },
  ) {
    this.#options = options;
    this.#switchedOff = switchedOff;
    this.#onDropped = onDropped;
    this.#queue = new WriteBehind(
      'events for webhooks',
      async (events) => {
        await store.add(events);
        onAdded();
      },
      () => options.queue,
    );
  }

  add<Type extends WebhookEventType>(
    type: Type,
    roomId: string | undefined,
    data: WebhookData<Type>,
    userIds: readonly string[] = [],
  ): boolean {
    return this.make(type, roomId, data, userIds).every((event) => {
      const isTaken = this.#queue.push(event);
      if (!isTaken) {
        this.#onDropped();
      }
      return isTaken;
    });
  }

  /** The event for the store, if an endpoint receives it. */
  make<Type extends WebhookEventType>(
    type: Type,
    roomId: string | undefined,
    data: WebhookData<Type>,
    userIds: readonly string[],
    at = new Date(),
  ): OutboxEvent[] {
    const endpointIds = this.#receivers(type);
    const id = `msg_${randomUUID()}`;
    return endpointIds.length === 0
      ? []
      : [{ id, type, roomId, at, data, userIds, endpointIds }];
  }

  /** Writes the waiting events, unless the database is away. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #receivers(type: WebhookEventType): string[] {
    return this.#options.endpoints
      .filter(
        ({ id, url, events }) =>
          (events === undefined || events.includes(type)) &&
          this.#switchedOff.get(id) !== url,
      )
      .map(({ id }) => id);
  }
}
