/** Another node, at the far end of a link. */
export interface NodePeer {
  /** The id of this run of it. */
  readonly id: string;
  /** Sends it a message: anything that structured cloning takes. */
  send(message: unknown): void;
  /** Waits until little is left to be sent, or the link has ended. Never rejects. */
  drained(): Promise<void>;
}

/** A part of this node, at the near end of a channel of a link. */
export interface LinkEnd {
  /** Takes a message of the same part of the other node, in the order of sending. */
  receive(message: unknown): void;
  /** Learns that the link has ended, and perhaps its last messages with it. */
  closed(): void;
}

/** Opens the near end of a channel as a link begins. */
export type OpenEnd = (peer: NodePeer) => LinkEnd;

/**
 * The links of a node to all others, as long as both ends are there. Each link has the
 * same channels, one for each part of a node.
 */
export interface NodeBus {
  /**
   * Serves a channel of every link. Called before the node starts.
   *
   * @param channel - The name of the part, the same at all nodes.
   */
  serve(channel: string, open: OpenEnd): void;
}
