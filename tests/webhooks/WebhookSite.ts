import { LiveOptions } from '../../lib/core/Live.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { WebhookClient } from '../../lib/http/WebhookClient.ts';
import type { ObservedPeer } from '../../lib/rooms/RoomObserver.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { StoreOptions } from '../../lib/store/options.ts';
import type { Store } from '../../lib/store/Store.ts';
import type {
  DeliveryFilter,
  DeliveryRecord,
} from '../../lib/store/WebhookStore.ts';
import { webhooksSection } from '../../lib/webhooks/options.ts';
import type { WebhooksOptions } from '../../lib/webhooks/options.ts';
import { Webhooks } from '../../lib/webhooks/Webhooks.ts';
import { until } from '../support/until.ts';
import { Receiver } from './Receiver.ts';

/** Webhooks on a store of their own, with one endpoint, `backend`. */
export class WebhookSite implements AsyncDisposable {
  readonly receiver: Receiver;
  readonly store: Store;
  readonly metrics = new Metrics();
  webhooks: Webhooks;
  #options: object;

  private constructor(receiver: Receiver, store: Store, options: object) {
    this.receiver = receiver;
    this.store = store;
    this.#options = options;
    this.webhooks = this.create();
  }

  static async open(
    store: StoreOptions,
    options: object = {},
  ): Promise<WebhookSite> {
    const site = new WebhookSite(
      await Receiver.start(),
      await openStore(store, '/'),
      options,
    );
    await site.webhooks.open();
    return site;
  }

  /** Webhooks on the same store, as another server has them. */
  create(): Webhooks {
    const { url, secret } = this.receiver;
    const options: WebhooksOptions = webhooksSection.parse({
      allowPrivate: true,
      shutdownTime: 0,
      endpoints: [{ id: 'backend', url, secrets: [secret] }],
      ...this.#options,
    });
    return new Webhooks(
      this.store.webhooks,
      new WebhookClient(),
      new LiveOptions(options).view,
      this.metrics,
    );
  }

  /** Stops, and starts again with other options. */
  async restart(options: object = this.#options): Promise<void> {
    await this.webhooks.close();
    this.#options = options;
    this.webhooks = this.create();
    await this.webhooks.open();
  }

  /** Lets a peer enter a room. */
  join(roomId: string, peerId = 'ada'): ObservedPeer {
    const peer = {
      id: peerId,
      userId: peerId,
      displayName: peerId,
      client: { userId: peerId },
      gateway: 'protoo',
      joinedAt: Date.now(),
      rights: { role: 'member' },
    };
    this.webhooks.rooms.observe(roomId, { type: 'peerJoined', peer });
    return peer;
  }

  /** Lets a peer leave a room. */
  leave(roomId: string, peer: ObservedPeer): void {
    this.webhooks.rooms.observe(roomId, {
      type: 'peerLeft',
      peer,
      reason: 'left',
    });
  }

  /** The deliveries, the oldest first. */
  async deliveries(filter: DeliveryFilter = {}): Promise<DeliveryRecord[]> {
    const found = await this.webhooks.deliveries(filter, { limit: 1_000 });
    return found.toReversed();
  }

  /** Waits until as many deliveries fit, and returns them, the oldest first. */
  settled(
    what: string,
    fits: (delivery: DeliveryRecord) => boolean,
    count = 1,
  ): Promise<DeliveryRecord[]> {
    return until(what, async () => {
      const found = (await this.deliveries()).filter(fits);
      return found.length >= count && found;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.webhooks.close();
    await this.store.close();
    await this.receiver[Symbol.asyncDispose]();
  }
}
