import { MissedEndings } from './MissedEndings.ts';
import type { CallDevice, CallEvent } from './types.ts';

/** The connected devices of all callers. */
export class CallDevices {
  /** The ends of stays that their participants do not know of yet. */
  readonly missed = new MissedEndings();
  readonly #byCaller = new Map<string, Set<CallDevice>>();
  /** Those of guests, by conversation. */
  readonly #ofGuests = new Map<string, Set<CallDevice>>();

  /** Adds a device until it is disposed of. */
  add(device: CallDevice): Disposable {
    const { key, conversationId } = device.caller;
    const places = new DisposableStack();
    places.use(placeIn(this.#byCaller, key, device));
    if (conversationId !== undefined) {
      places.use(placeIn(this.#ofGuests, conversationId, device));
    }
    return places;
  }

  /** True while a device is connected. */
  has(device: CallDevice): boolean {
    return this.#byCaller.get(device.caller.key)?.has(device) === true;
  }

  /** The devices of a caller, in the order in which they connected. */
  of(key: string): CallDevice[] {
    return Array.from(this.#byCaller.get(key) ?? []);
  }

  /** Delivers an event to all devices of a caller, or keeps it for the next. */
  deliver(key: string, event: CallEvent): void {
    const devices = this.of(key);
    for (const device of devices) {
      device.deliver(event);
    }
    if (devices.length === 0) {
      this.missed.keep(key, event);
    }
  }

  /** The devices of a conversation's guests. */
  ofGuests(conversationId: string): CallDevice[] {
    return Array.from(this.#ofGuests.get(conversationId) ?? []);
  }
}

function placeIn(
  sets: Map<string, Set<CallDevice>>,
  key: string,
  device: CallDevice,
): Disposable {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set);
  set.add(device);
  return {
    [Symbol.dispose]: () => {
      set.delete(device);
      // A later device may have made a new set, which is not to be removed.
      if (set.size === 0 && sets.get(key) === set) {
        sets.delete(key);
      }
    },
  };
}
