import type { Description } from './signals.ts';

/** The part of an RTCPeerConnection that negotiates. */
export type Negotiable = Pick<
  RTCPeerConnection,
  | 'localDescription'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'signalingState'
>;

/**
 * The negotiation of one connection, in which both sides may offer at any time.
 * When two offers collide, the polite side rolls its own back, and the other
 * ignores the one it received.
 *
 * @see https://w3c.github.io/webrtc-pc/#perfect-negotiation-example
 */
export class Negotiator {
  readonly #connection: Negotiable;
  readonly #polite: boolean;
  readonly #send: (description: RTCSessionDescription) => void;
  #offering = false;
  #answering = false;

  constructor(
    connection: Negotiable,
    polite: boolean,
    send: (description: RTCSessionDescription) => void,
  ) {
    this.#connection = connection;
    this.#polite = polite;
    this.#send = send;
  }

  /** True while no offer is on its way, or to be answered. */
  get isIdle(): boolean {
    return !this.#offering && this.#connection.signalingState === 'stable';
  }

  /** Sends an offer. To be called when the connection needs a negotiation. */
  async offer(): Promise<void> {
    this.#offering = true;
    try {
      await this.#describe();
    } finally {
      this.#offering = false;
    }
  }

  /**
   * Applies a description of the other side, and answers an offer.
   *
   * @returns False if it was ignored: an offer that gives way, or the answer to
   *   an offer that was withdrawn.
   * @throws {Error} When the browser refuses it.
   */
  async accept({ type, sdp }: Description): Promise<boolean> {
    if (type === 'offer' ? this.#givesWay : !this.#expectsAnswer) {
      return false;
    }
    this.#answering = type === 'answer';
    try {
      await this.#connection.setRemoteDescription({ type, sdp });
    } finally {
      this.#answering = false;
    }
    if (type === 'offer') {
      await this.#describe();
    }
    return true;
  }

  /** An offer of the other side is ignored, because of one of this side. */
  get #givesWay(): boolean {
    const ready =
      !this.#offering &&
      (this.#connection.signalingState === 'stable' || this.#answering);
    return !ready && !this.#polite;
  }

  get #expectsAnswer(): boolean {
    return this.#connection.signalingState === 'have-local-offer';
  }

  async #describe(): Promise<void> {
    await this.#connection.setLocalDescription();
    if (this.#connection.localDescription) {
      this.#send(this.#connection.localDescription);
    }
  }
}
