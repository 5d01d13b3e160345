import type { ProtooClient } from '../fixtures/ProtooClient.ts';
import { ProtooClient as Client } from '../fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../fixtures/rtp.ts';
import type { Random } from '../fixtures/Random.ts';
import { Aborted } from './Crowd.ts';
import type { Guest } from './Crowd.ts';

/** One in this many steps is the guest's last. */
const ABORTS = 30;

/** A guest receives at most this many of those who are there. */
const RECEIVED = 4;

/**
 * A client of protoo that enters a room, sends, receives, stays for a while and
 * leaves, and at any step may vanish instead, with a goodbye or without.
 */
export class ProtooGuest implements Guest {
  readonly #url: string;
  readonly #room: string;
  readonly #id: string;
  readonly #random: Random;
  #client: ProtooClient | undefined;

  constructor(url: string, room: string, id: string, random: Random) {
    this.#url = url;
    this.#room = room;
    this.#id = id;
    this.#random = random;
  }

  /** Connects, joins, sets up media, and sends a message. */
  async enter(): Promise<void> {
    this.#client = await Client.connect(this.#url, this.#room, this.#id);
    const ids = { roomId: this.#room, peerId: this.#id };
    const joined = await this.#step('joinRoom', { ...ids, rtpCapabilities });
    if (this.#random.below(8) === 0) {
      await this.#vanish();
      this.#client = await Client.connect(this.#url, this.#room, this.#id);
      const { resumeToken } = joined;
      // Too late is as good an answer as in time; both have to leave nothing.
      await this.#client
        .request('joinRoom', { ...ids, resumeToken, received: 0 })
        .catch(() => this.#step('joinRoom', { ...ids, rtpCapabilities }));
    }
    await this.#step('createWebRtcTransport', { direction: 'send' });
    await this.#step('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const { producerId } = await this.#step('produce', {
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    await this.#step('createWebRtcTransport', { direction: 'recv' });
    const producers: { producerId: string }[] = (joined.peers ?? []).flatMap(
      (peer: { producers: object[] }) => peer.producers,
    );
    for (const wanted of producers.slice(0, RECEIVED)) {
      await this.#receive(wanted.producerId);
    }
    if (this.#random.below(2) === 0) {
      await this.#step('pauseProducer', { producerId });
      await this.#step('closeProducer', { producerId });
    }
    await this.#step('sendMessage', { data: { content: `${this.#id} is in` } });
  }

  /** Leaves, in one of the ways in which people do. */
  async leave(): Promise<void> {
    const client = this.#client;
    switch (this.#random.below(3)) {
      case 0:
        await client?.request('leaveRoom');
        await client?.close();
        return;
      case 1:
        await client?.close();
        return;
      default:
        await this.#vanish();
    }
  }

  async #receive(producerId: string): Promise<void> {
    try {
      const { consumerId } = await this.#step('consume', { producerId });
      await this.#step('resume', { consumerId });
    } catch (error) {
      // Its owner may leave at any time.
      if ((error as { code?: number }).code !== 404) {
        throw error;
      }
    }
  }

  async #step(method: string, data: object) {
    const client = this.#client;
    if (client === undefined) {
      throw new Aborted();
    }
    const answer = client.request(method, data);
    if (this.#random.below(ABORTS) === 0) {
      // The guest leaves before the answer.
      answer.catch(() => undefined);
      await (this.#random.below(2) === 0 ? client.close() : this.#vanish());
      throw new Aborted();
    }
    return answer;
  }

  async #vanish(): Promise<void> {
    this.#client?.socket.terminate();
    await this.#client?.closed;
  }
}
