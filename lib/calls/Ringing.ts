import type { CallRecord } from '../store/CallStore.ts';
import type { CallDevices } from './CallDevices.ts';
import type { CallDevice, CallEvent, Caller } from './types.ts';

/** The people of a conversation for whom a call rings, and its end in time. */
export class Ringing {
  readonly #call: CallRecord;
  readonly #devices: CallDevices;
  readonly #timer: NodeJS.Timeout;
  /** Members who were called and have not answered, by their keys. */
  readonly #waiting: Set<string>;
  /** Callers who have accepted or rejected, or who started the call. */
  readonly #answered = new Set<string>();
  #over = false;

  /**
   * @param called - The keys of the members who are called.
   * @param onTimeout - Called at the end of the ringing, if nothing stops it.
   */
  constructor(
    call: CallRecord,
    called: readonly string[],
    devices: CallDevices,
    onTimeout: () => void,
  ) {
    this.#call = call;
    this.#devices = devices;
    this.#waiting = new Set(called);
    this.#timer = setTimeout(onTimeout, call.expiresAt.getTime() - Date.now());
  }

  /** True when every member who was called has answered. */
  get isAnswered(): boolean {
    return this.#waiting.size === 0;
  }

  /** The event that a device rings for. */
  get event(): CallEvent {
    const { id, conversationId, type, initiator, expiresAt } = this.#call;
    return {
      type: 'incoming',
      callId: id,
      conversationId,
      callType: type,
      caller: initiator,
      expiresAt,
    };
  }

  /** The devices that ring: those of members, and those of guests. */
  get devices(): CallDevice[] {
    const members = Array.from(this.#waiting, (key) => this.#devices.of(key));
    const guests = this.#devices.ofGuests(this.#call.conversationId);
    return [...members.flat(), ...guests].filter(({ caller }) =>
      this.ringsFor(caller),
    );
  }

  /** True if the call rings for someone, on every device. */
  ringsFor({
    key,
    conversationId,
  }: Pick<Caller, 'key' | 'conversationId'>): boolean {
    return (
      !this.#over &&
      !this.#answered.has(key) &&
      (this.#waiting.has(key) || conversationId === this.#call.conversationId)
    );
  }

  /**
   * Stops the ringing for someone.
   *
   * @param device - The device that has answered; the others are told.
   */
  answer({ key }: Caller, by: 'accept' | 'reject', device?: CallDevice): void {
    this.#waiting.delete(key);
    this.#answered.add(key);
    for (const other of this.#devices.of(key)) {
      if (other !== device) {
        other.deliver({ type: 'handled', callId: this.#call.id, by });
      }
    }
  }

  /**
   * Stops the ringing for a member who is no longer called, and tells the devices.
   *
   * @returns False if it did not ring for anyone with this key.
   */
  withdraw(key: string, event: CallEvent): boolean {
    if (this.#over || !this.#waiting.delete(key)) {
      return false;
    }
    for (const device of this.#devices.of(key)) {
      device.deliver(event);
    }
    return true;
  }

  /** Stops the ringing for all. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}
