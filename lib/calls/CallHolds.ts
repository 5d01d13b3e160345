import { AppError } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { Rounds } from '../core/Rounds.ts';
import type {
  CallHold,
  CallRecord,
  Calls as CallStore,
} from '../store/CallStore.ts';
import type { CallDevices } from './CallDevices.ts';
import type { CallObserver } from './CallObserver.ts';
import type { LiveCalls } from './LiveCalls.ts';
import { endEvent } from './views.ts';

const logger = new Logger('calls');

/** The times that a hold is renewed before it runs out. */
const RENEWALS = 3;

/** A server that holds calls. */
interface Holder {
  /** Its name, unlike those of others that share the database. */
  readonly name: string;
  /** Time after which the calls of a server count as left behind, ms. */
  readonly time: () => number;
}

/**
 * The hold of this server on its live calls, in a database that other servers
 * may share: renewed while it runs, so that others can tell the calls that a
 * server has left behind. Those are ended by whichever server notices first.
 */
export class CallHolds {
  readonly #store: CallStore;
  readonly #live: LiveCalls;
  readonly #devices: CallDevices;
  readonly #holder: Holder;
  readonly #observer: CallObserver | undefined;
  readonly #rounds = new Rounds(
    () => this.#renew(),
    () => this.#holder.time() / RENEWALS,
  );

  /** @param devices - Those that are told of calls that were left behind. */
  constructor(
    store: CallStore,
    live: LiveCalls,
    devices: CallDevices,
    holder: Holder,
    observer?: CallObserver,
  ) {
    this.#store = store;
    this.#live = live;
    this.#devices = devices;
    this.#holder = holder;
    this.#observer = observer;
  }

  /** The hold for a new call. */
  get hold(): CallHold {
    const { name, time } = this.#holder;
    return { holder: name, time: time() };
  }

  /**
   * Ends the calls that an earlier process of this server has left behind, and
   * renews the hold on others from then on.
   *
   * @returns The number of calls.
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  async start(): Promise<number> {
    const count = await this.#endAbandoned(this.#holder.name);
    this.#rounds.beginLater();
    return count;
  }

  /** Stops, once the round under way is done. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  async #renew(): Promise<void> {
    try {
      await this.#renewOwn();
      await this.#endAbandoned();
    } catch (error) {
      // The store logs that it is away; the next round tries again.
      logger.debug('cannot renew the hold on calls: %s', error);
    }
  }

  async #renewOwn(): Promise<void> {
    const own = this.#live.all.filter(({ ended }) => !ended);
    if (own.length === 0) {
      return;
    }
    const held = new Set(await this.#store.renew(this.hold));
    for (const call of own) {
      if (!held.has(call.id) && !call.ended) {
        logger.warn(
          'call %s ends, because another server took it to be left behind (calls.server, calls.serverTimeout)',
          call.id,
        );
        await call.end('error').catch((error: unknown) => {
          // It may have ended while this waited for its turn.
          if (!(error instanceof AppError)) {
            throw error;
          }
        });
      }
    }
  }

  async #endAbandoned(holder?: string): Promise<number> {
    const ended = await this.#store.endAbandoned('error', new Date(), holder);
    for (const call of ended) {
      this.#tellOfEnd(call);
    }
    return ended.length;
  }

  /** Reports the end of a call to its people, now or when they connect again. */
  #tellOfEnd(call: CallRecord): void {
    for (const participant of call.participants) {
      this.#observer?.observe({ type: 'left', call, participant });
    }
    this.#observer?.observe({ type: 'ended', call });
    const event = endEvent(call, 'error');
    for (const { userId, guestId = '' } of call.participants) {
      const key = userId === undefined ? `guest:${guestId}` : `user:${userId}`;
      this.#devices.deliver(key, event);
    }
  }
}
