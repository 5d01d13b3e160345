import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import type { Notified } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';

/** What a refused request says when something died or left under it. */
const OVERTAKEN = new Set([404, 410, 503]);

/**
 * Somebody who sends one track and receives everybody else's, and sets up
 * again whatever the server loses: as a good client does.
 */
export class Guest {
  readonly room: string;
  readonly id: string;
  readonly #url: string;
  #client: ProtooClient | undefined;
  #resumeToken: string | undefined;
  /** Whether something was lost with the connection on its way. */
  #torn = false;
  /** How many notifications came since the peer joined. */
  #heard = 0;
  /** How often the media was to be set up anew. */
  #setups = 0;
  #receiveTransportId: string | undefined;
  #wanted = new Set<string>();
  readonly #received = new Set<string>();
  #queue: Promise<void> = Promise.resolve();

  private constructor(url: string, room: string, id: string) {
    this.#url = url;
    this.room = room;
    this.id = id;
  }

  static async enter(url: string, room: string, id: string): Promise<Guest> {
    const guest = new Guest(url, room, id);
    await guest.#join();
    return guest;
  }

  get client(): ProtooClient {
    if (this.#client === undefined) {
      throw new Error(`${this.id} is not connected`);
    }
    return this.#client;
  }

  /** Resolves when everything that was begun is done. */
  async settled(): Promise<void> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#queue) {
      seen = this.#queue;
      await seen;
    }
  }

  /** Loses the connection without a goodbye. */
  async cut(): Promise<void> {
    this.client.socket.terminate();
    await this.client.closed;
  }

  /** Comes back: where it was, if it may and knows where that is. */
  async comeBack(): Promise<void> {
    await this.settled();
    await this.#join(this.#torn ? undefined : this.#resumeToken);
  }

  /** Leaves in good order. */
  async leave(): Promise<void> {
    await this.settled();
    await this.client.request('leaveRoom');
    await this.client.close();
  }

  async #join(resumeToken?: string): Promise<void> {
    const client = await ProtooClient.connect(this.#url, this.room, this.id);
    this.#client = client;
    const ids = { roomId: this.room, peerId: this.id };
    const { reply, resumed } = await client
      .request('joinRoom', {
        ...ids,
        rtpCapabilities,
        resumeToken,
        received: this.#heard,
      })
      .then((it) => ({ reply: it, resumed: it.resumed }))
      .catch(async () => ({
        reply: await client.request('joinRoom', { ...ids, rtpCapabilities }),
        resumed: false,
      }));
    this.#resumeToken = reply.resumeToken;
    this.#torn = false;
    if (!resumed) {
      this.#heard = 0;
      this.#wanted = new Set(
        (reply.peers ?? []).flatMap(({ producers }) =>
          producers.map(({ producerId }) => producerId),
        ),
      );
      this.#setUp();
    }
    // Some may have come in one read with the reply, before anybody listened.
    for (const notified of client.notifications) {
      this.#hear(notified);
    }
    client.on('notification', (notified) => this.#hear(notified));
  }

  #hear({ method, data }: Notified): void {
    this.#heard += 1;
    const producerId = data['producerId'] as string;
    if (method === 'newProducer') {
      this.#wanted.add(producerId);
      this.#then(() => this.#receive(producerId));
    } else if (method === 'producerClosed') {
      this.#wanted.delete(producerId);
    } else if (method === 'mediaReset') {
      this.#setUp();
    }
  }

  /** Sets media up, unless it has to be done anew before that is done. */
  #setUp(): void {
    this.#setups += 1;
    const setup = this.#setups;
    this.#then(() => this.#setUpMedia(() => this.#setups !== setup));
  }

  /** One thing after the other; what is overtaken by events is let go. */
  #then(step: () => Promise<void>): void {
    const { client } = this;
    this.#queue = this.#queue.then(step).catch((error: unknown) => {
      const { code } = error as { code?: number };
      const overtaken = code !== undefined && OVERTAKEN.has(code);
      if (client.socket.readyState !== client.socket.OPEN) {
        this.#torn = true;
      } else if (!overtaken) {
        throw error;
      }
    });
  }

  async #setUpMedia(isOver: () => boolean): Promise<void> {
    this.#received.clear();
    const sending = await this.#openTransport('send', isOver);
    const receiving = await this.#openTransport('recv', isOver);
    if (isOver()) {
      return;
    }
    this.#receiveTransportId = receiving;
    await this.client.request('produce', {
      transportId: sending,
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    for (const producerId of this.#wanted) {
      this.#then(() => this.#receive(producerId));
    }
  }

  /** What comes when it is of no use any more is given back. */
  async #openTransport(
    direction: 'send' | 'recv',
    isOver: () => boolean,
  ): Promise<string | undefined> {
    if (isOver()) {
      return undefined;
    }
    const { transportId } = await this.client.request('createWebRtcTransport', {
      direction,
    });
    if (isOver()) {
      await this.client.request('closeWebRtcTransport', { transportId });
    }
    return transportId;
  }

  async #receive(producerId: string): Promise<void> {
    const transportId = this.#receiveTransportId;
    // What there is no transport for yet, or no more, is received once there is.
    if (
      transportId !== undefined &&
      this.#wanted.has(producerId) &&
      !this.#received.has(producerId)
    ) {
      this.#received.add(producerId);
      await this.client.request('consume', { transportId, producerId });
    }
  }
}
