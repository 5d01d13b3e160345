import type { CallDevices } from './CallDevices.ts';
import type { CallMode } from './CallMode.ts';
import type { Participant } from './Participant.ts';
import type { CallDevice, CallView } from './types.ts';

/** A call, as devices come back to it. */
interface CallWithDevices {
  readonly ended: boolean;
  readonly record: { readonly status: CallView['status'] };
  readonly participants: ReadonlyMap<string, Participant>;
  readonly mode: Pick<CallMode, 'modeOf' | 'eventFor' | 'disconnected'>;
  view(mode: CallView['mode']): CallView;
}

/** The devices of a call's participants, as they are lost and come back. */
export class DeviceReturns {
  readonly #call: CallWithDevices;
  readonly #devices: CallDevices;

  constructor(call: CallWithDevices, devices: CallDevices) {
    this.#call = call;
    this.#devices = devices;
  }

  /** Takes a device that has connected for the one that its participant has lost. */
  connected(participant: Participant, device: CallDevice): void {
    this.#attach(participant, device);
    // The other may be gone, with a connection that is not known to be lost.
    void participant.confirm(device).then((confirmed) => {
      if (!confirmed && this.#devices.has(device)) {
        this.#attach(participant, device);
      }
    });
  }

  /** Notes that a device of a participant has gone. */
  gone(participant: Participant, device: CallDevice): void {
    if (!this.#call.ended && participant.detach(device)) {
      this.#call.mode.disconnected(participant);
    }
  }

  /** Tells a device that was taken how the call goes on. */
  #attach(participant: Participant, device: CallDevice): void {
    const { ended, participants, record, mode } = this.#call;
    if (
      ended ||
      !participants.has(participant.id) ||
      !participant.attach(device)
    ) {
      return;
    }
    if (record.status === 'active') {
      const call = this.#call.view(mode.modeOf(participant));
      participant.deliver({ type: 'started', call });
    }
    const change = mode.eventFor(participant);
    if (change !== undefined) {
      participant.deliver(change);
    }
  }
}
