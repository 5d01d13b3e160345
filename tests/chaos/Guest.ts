import { setTimeout as delay } from 'node:timers/promises';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import type { Notified } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';

/** Errors of requests that lost their room, peer or worker while they ran. */
const OVERTAKEN = new Set([404, 410, 503]);

/** The error of a request for a transport while no worker is ready for it. */
const UNREADY = 503;

/** Until a guest asks again, ms. */
const RETRY_AFTER = 100;

/**
 * A client that sends one track, receives those of all others, and sets up
 * again everything that the server loses, as a well-behaved client does.
 */
export class Guest {
  readonly room: string;
  readonly id: string;
  readonly #url: string;
  #client: ProtooClient | undefined;
  #resumeToken: string | undefined;
  /** True if messages in flight were lost with the connection. */
  #torn = false;
  /** Notifications received since the peer joined. */
  #notifications = 0;
  /** Media resets so far. */
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

  /** Resolves when everything under way is done. */
  async settled(): Promise<void> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#queue) {
      seen = this.#queue;
      await seen;
    }
  }

  /** Drops the connection without a close frame. */
  async cut(): Promise<void> {
    this.client.socket.terminate();
    await this.client.closed;
  }

  /** Reconnects, and resumes the session if it has a resume token. */
  async comeBack(): Promise<void> {
    await this.settled();
    await this.#join(this.#torn ? undefined : this.#resumeToken);
  }

  /** Leaves the room and closes the connection. */
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
        received: this.#notifications,
      })
      .then((it) => ({ reply: it, resumed: it.resumed }))
      .catch(async () => ({
        reply: await client.request('joinRoom', { ...ids, rtpCapabilities }),
        resumed: false,
      }));
    this.#resumeToken = reply.resumeToken;
    this.#torn = false;
    if (!resumed) {
      this.#notifications = 0;
      this.#wanted = new Set(
        (reply.peers ?? []).flatMap(({ producers }) =>
          producers.map(({ producerId }) => producerId),
        ),
      );
      this.#setUp();
    }
    // Some may have come in one read with the reply, before there was a listener.
    for (const notified of client.notifications) {
      this.#hear(notified);
    }
    client.on('notification', (notified) => this.#hear(notified));
  }

  #hear({ method, data }: Notified): void {
    this.#notifications += 1;
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

  /** Sets up media, unless a reset comes before that is done. */
  #setUp(): void {
    this.#setups += 1;
    const setup = this.#setups;
    this.#then(() => this.#setUpMedia(() => this.#setups !== setup));
  }

  /** Runs one task after the other; ignores tasks that events made obsolete. */
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

  /** Closes an object that arrived too late to be of use. */
  async #openTransport(
    direction: 'send' | 'recv',
    isOver: () => boolean,
  ): Promise<string | undefined> {
    if (isOver()) {
      return undefined;
    }
    try {
      const { transportId } = await this.client.request(
        'createWebRtcTransport',
        { direction },
      );
      if (isOver()) {
        await this.client.request('closeWebRtcTransport', { transportId });
      }
      return transportId;
    } catch (error) {
      if (isOver() || (error as { code?: number }).code !== UNREADY) {
        throw error;
      }
    }
    // Either no worker is ready, or a reset is about to come.
    await delay(RETRY_AFTER);
    return this.#openTransport(direction, isOver);
  }

  async #receive(producerId: string): Promise<void> {
    const transportId = this.#receiveTransportId;
    // Without a transport, the producer is consumed once there is one.
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
