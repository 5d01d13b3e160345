/**
 * The ports of the store for events that are delivered to the backends of operators.
 * Times are `Date`s. Every method can fail with STORE_UNAVAILABLE.
 */

/** An event for the outbox. Plain data. */
export interface OutboxEvent {
  /** The id that receivers know; one with the same id is added once. */
  readonly id: string;
  readonly type: string;
  /** The room whose events are numbered and keep their order; undefined for none. */
  readonly roomId: string | undefined;
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
  /** The users that it is about. It is erased with the account of any of them. */
  readonly userIds: readonly string[];
  /** The endpoints that it is delivered to. */
  readonly endpointIds: readonly string[];
}

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

/** `failed` is given up, `pending` is to be tried, for the first time or again. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** An event on its way to an endpoint. */
interface Delivery {
  /** Its place in lists, which grows. */
  readonly id: number;
  readonly endpointId: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly roomId: string | undefined;
    /** Grows with each event of the room; undefined for an event of no room. */
    readonly sequence: number | undefined;
    readonly at: Date;
    readonly data: Readonly<Record<string, unknown>>;
  };
  /** Attempts that have begun. */
  readonly attempts: number;
}

/** A delivery for which an attempt has begun. */
export type ClaimedDelivery = Delivery;

/** A delivery and its state. */
export interface DeliveryRecord extends Delivery {
  readonly status: DeliveryStatus;
  readonly createdAt: Date;
  /** The next attempt; undefined unless it is pending. */
  readonly nextAt: Date | undefined;
  readonly updatedAt: Date;
  /** The status of the last answer. */
  readonly responseStatus: number | undefined;
  /** The failure of the last attempt. */
  readonly error: string | undefined;
}

/** The deliveries to begin attempts for. */
export interface DeliveryClaim {
  readonly endpointId: string;
  readonly now: Date;
  /** The time from which others may claim them, if no outcome is noted. */
  readonly until: Date;
  /** Deliveries made since then hold up later ones of their room. */
  readonly orderedSince: Date;
  readonly limit: number;
}

/** The outcome of an attempt. */
export interface DeliveryOutcome {
  readonly id: number;
  /** The number of the attempt; another one that has begun since is not touched. */
  readonly attempts: number;
  readonly status: DeliveryStatus;
  readonly at: Date;
  readonly nextAt: Date;
  readonly responseStatus: number | undefined;
  readonly error: string | undefined;
}

/** A selection of deliveries. */
export interface DeliveryFilter {
  readonly endpointId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly type?: string | undefined;
  readonly roomId?: string | undefined;
}

/** A page of deliveries, the newest first. */
export interface DeliveryPage {
  /** Only deliveries before this place. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The state of the outbox. */
export interface OutboxState {
  /** Deliveries that are pending. */
  readonly size: number;
  /** When the oldest of them was made; undefined without any. */
  readonly oldest: Date | undefined;
}

/** An endpoint that is switched off, because its receiver is gone. */
export interface DisabledEndpoint {
  readonly id: string;
  /** The URL that is gone. */
  readonly url: string;
}

/** Events with their deliveries. */
export interface StoredWebhooks {
  /** Adds events, all of them or none, in their order. */
  add(events: readonly OutboxEvent[]): Promise<void>;
  /**
   * Begins attempts for deliveries that are due, the one due for longest first. A
   * delivery is held up while an earlier one of its room and endpoint is pending.
   */
  claim(claim: DeliveryClaim): Promise<ClaimedDelivery[]>;
  /** The first time after one at which a delivery to an endpoint is due. */
  nextDue(endpointId: string, after: Date): Promise<Date | undefined>;
  settle(outcome: DeliveryOutcome): Promise<void>;
  /** Gives attempts back that were broken off, as if they had not begun. */
  release(
    claimed: readonly Pick<ClaimedDelivery, 'id' | 'attempts'>[],
  ): Promise<void>;
  list(filter: DeliveryFilter, page: DeliveryPage): Promise<DeliveryRecord[]>;
  get(id: number): Promise<DeliveryRecord | undefined>;
  /** Begins a delivery again. */
  replay(id: number): Promise<void>;
  state(): Promise<OutboxState>;
  /** The endpoints that are switched off. */
  disabled(): Promise<DisabledEndpoint[]>;
  /** Switches an endpoint off, and gives up what is pending for it. */
  disable(endpoint: DisabledEndpoint, error: string): Promise<void>;
  /** Switches an endpoint on again. */
  enable(endpointId: string): Promise<void>;
  /**
   * Gives up the pending deliveries of each endpoint, except the newest `most`.
   *
   * @returns The number given up.
   */
  giveUpBeyond(most: number, error: string): Promise<number>;
  /**
   * Deletes deliveries that have not changed since a time, and their events.
   *
   * @returns The number of deliveries deleted.
   */
  deleteOld(before: Date): Promise<number>;
  /**
   * Erases the events about accounts that were deleted within a time. The deletion
   * itself has erased the earlier events, but not those that it caused.
   */
  eraseDeletedAccounts(from: Date, until: Date): Promise<void>;
}
