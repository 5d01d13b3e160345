/** Another node, at the far end of a link. */
export interface NodePeer {
  /** The id of this run of it. */
  readonly id: string;
  /** Sends it a message: anything that structured cloning takes. */
  send(message: unknown): void;
  /** Waits until little is left to be sent, or the link has ended. Never rejects. */
  drained(): Promise<void>;
}

/** A part of this node, at the near end of a link. */
export interface LinkEnd {
  /** Takes a message of the other node, in the order in which it was sent. */
  receive(message: unknown): void;
  /** Learns that the link has ended, and perhaps its last messages with it. */
  closed(): void;
}

/** The links of a node to all others, as long as both ends are there. */
export interface NodeBus {
  /**
   * Serves every link.
   *
   * @param open - Called as a link begins.
   */
  serve(open: (peer: NodePeer) => LinkEnd): void;
}
