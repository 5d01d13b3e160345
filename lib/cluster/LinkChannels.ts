import { Logger } from '../core/logger.ts';
import type { LinkEnd, NodePeer, OpenEnd } from './NodeBus.ts';

const logger = new Logger('LinkChannels');

/** A message on a link: the channel, and what was sent there. */
type Envelope = readonly [channel: string, message: unknown];

/** The near ends of all channels of one link, which share its order and its bounds. */
export class LinkChannels implements LinkEnd {
  readonly #ends: ReadonlyMap<string, LinkEnd>;

  constructor(link: NodePeer, channels: ReadonlyMap<string, OpenEnd>) {
    this.#ends = new Map(
      Array.from(channels, ([channel, open]) => [
        channel,
        open({
          id: link.id,
          send: (message) => link.send([channel, message] satisfies Envelope),
          drained: () => link.drained(),
        }),
      ]),
    );
  }

  /** @throws {TypeError} When there is no such channel; and any error of its end. */
  receive(received: unknown): void {
    // Nodes trust each other.
    const [channel, message] = received as Envelope;
    const end = this.#ends.get(channel);
    if (end === undefined) {
      throw new TypeError(`there is no channel ${channel}`);
    }
    end.receive(message);
  }

  closed(): void {
    for (const [channel, end] of this.#ends) {
      try {
        end.closed();
      } catch (error) {
        logger.error('the end of channel %s failed: %o', channel, error);
      }
    }
  }
}
