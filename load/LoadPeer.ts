import type { types } from 'mediasoup-client';

import { isLoopback } from '../lib/access/network.ts';
import { Failure } from './Failure.ts';
import type {
  Engine,
  Incoming,
  Media,
  Traffic,
  TransportInfo,
} from './Media.ts';
import { addTraffic } from './Media.ts';
import { Signalling } from './Signalling.ts';
import type { Data, Door } from './Signalling.ts';

/** What one peer is to do. */
export interface Part {
  door: Door;
  publish: readonly types.MediaKind[];
  /** Whether media may flow to other machines. */
  allowRemote: boolean;
}

/** A member of a room, with media of its own. */
export class LoadPeer {
  readonly #part: Part;
  readonly #engine: Engine;
  readonly #onFailure: (failure: Failure) => void;
  #signalling: Signalling | undefined;
  #media: Media | undefined;
  /** The media so far, one more after each reset. */
  readonly #medias: Media[] = [];
  #resetting = Promise.resolve();
  /** The producers of the others. */
  readonly #producerIds = new Set<string>();
  #isReceiving = false;
  #isSentTo = false;
  #left = false;
  readonly #consumerIds = new Set<string>();
  /** How many tracks it sends. */
  sends = 0;

  /**
   * @param onFailure - Told of what goes wrong once the peer has joined. It
   *   goes on as well as it can.
   */
  constructor(
    part: Part,
    engine: Engine,
    onFailure: (failure: Failure) => void,
  ) {
    this.#part = part;
    this.#engine = engine;
    this.#onFailure = onFailure;
  }

  /**
   * Enters the room, sends what it is to send, and receives everybody who is
   * there. Whoever comes later is received as they come.
   *
   * @throws {Failure} When something of that fails.
   */
  async join(): Promise<void> {
    const signalling = await Signalling.connect(this.#part.door, {
      notification: (method, data) => this.#hear(method, data),
      lost: (failure) => this.#fail(failure),
    });
    if (this.#left) {
      await signalling.close();
      return;
    }
    this.#signalling = signalling;
    const { rtpCapabilities } = await signalling.request(
      'getRouterRtpCapabilities',
    );
    const media = await this.#createMedia(signalling, rtpCapabilities);
    const { roomId, peerId } = this.#part.door;
    const { peers } = await signalling.request('joinRoom', {
      roomId,
      peerId,
      rtpCapabilities: media.rtpCapabilities,
    });
    for (const { producers } of peers as Data[]) {
      for (const { producerId } of producers) {
        this.#learn(producerId);
      }
    }
    await Promise.all([this.#send(media), this.#receive(media)]);
  }

  /** Its name. */
  get id(): string {
    return this.#part.door.peerId;
  }

  /** Whether others have begun to send: it should receive from then on. */
  get isSentTo(): boolean {
    return this.#isSentTo;
  }

  /** How many tracks it receives. */
  get receives(): number {
    return this.#consumerIds.size;
  }

  /** Has everything flow that it receives, or nothing. */
  async watch(on: boolean): Promise<void> {
    await Promise.all(
      Array.from(this.#consumerIds, async (consumerId) => {
        await this.#signalling?.request(on ? 'resume' : 'pause', {
          consumerId,
        });
      }),
    );
  }

  /** Resolves when the first packet of somebody else has come. */
  get firstPacket(): Promise<void> {
    return this.#media?.firstPacket ?? new Promise(() => undefined);
  }

  async traffic(): Promise<Traffic> {
    return addTraffic(
      await Promise.all(this.#medias.map((media) => media.traffic())),
    );
  }

  /** Leaves, with everything that flows. */
  async leave(): Promise<void> {
    this.#left = true;
    this.#media?.close();
    await this.#signalling?.close();
  }

  async #createMedia(
    signalling: Signalling,
    routerRtpCapabilities: types.RtpCapabilities,
  ): Promise<Media> {
    const media = await this.#engine(
      {
        open: async (direction) => {
          const info = (await signalling.request('createWebRtcTransport', {
            direction,
          })) as TransportInfo;
          this.#requireNear(info);
          return info;
        },
        connect: async (transportId, dtlsParameters) => {
          await signalling.request('connectWebRtcTransport', {
            transportId,
            dtlsParameters,
          });
        },
        produce: async (transportId, kind, rtpParameters) => {
          const { producerId } = await signalling.request('produce', {
            transportId,
            kind,
            rtpParameters,
          });
          return producerId as string;
        },
      },
      routerRtpCapabilities,
    );
    this.#media = media;
    this.#medias.push(media);
    if (this.#left) {
      media.close();
    }
    return media;
  }

  async #send(media: Media): Promise<void> {
    for (const kind of this.#part.publish) {
      await inStep('send', media.send(kind));
      this.sends += 1;
    }
  }

  async #receive(media: Media): Promise<void> {
    await inStep('receive', media.openReceiving());
    this.#isReceiving = true;
    const producerIds = Array.from(this.#producerIds);
    await Promise.all(producerIds.map((id) => this.#consume(media, id)));
  }

  /** Sets up all media again, as the worker under them has died. */
  async #reset(rtpCapabilities: types.RtpCapabilities): Promise<void> {
    const signalling = this.#signalling;
    if (signalling === undefined || this.#left) {
      return;
    }
    this.#media?.close();
    this.#isReceiving = false;
    this.#consumerIds.clear();
    this.sends = 0;
    try {
      const media = await this.#createMedia(signalling, rtpCapabilities);
      await Promise.all([this.#send(media), this.#receive(media)]);
    } catch (error) {
      this.#fail(Failure.of('reset', error));
    }
  }

  #learn(producerId: string): void {
    this.#producerIds.add(producerId);
    this.#isSentTo = true;
  }

  async #consume(media: Media, producerId: string): Promise<void> {
    const signalling = this.#signalling;
    const transportId = await media.openReceiving();
    const incoming = (await signalling?.request('consume', {
      transportId,
      producerId,
    })) as Incoming;
    await inStep('receive', media.receive(incoming));
    const { consumerId } = incoming;
    await signalling?.request('resume', { consumerId });
    this.#consumerIds.add(consumerId);
  }

  #hear(method: string, data: Data): void {
    const media = this.#media;
    switch (method) {
      case 'newProducer':
        this.#learn(data.producerId);
        if (media !== undefined && this.#isReceiving) {
          this.#consume(media, data.producerId).catch((error: unknown) => {
            this.#fail(Failure.of('receive', error));
          });
        }
        break;
      case 'producerClosed':
        this.#producerIds.delete(data.producerId);
        break;
      case 'consumerClosed':
        this.#consumerIds.delete(data.consumerId);
        break;
      case 'mediaReset':
        this.#fail(new Failure(method, 'the media worker of the room died'));
        this.#resetting = this.#resetting.then(() =>
          this.#reset(data.rtpCapabilities),
        );
        break;
    }
  }

  #fail(failure: Failure): void {
    if (!this.#left) {
      this.#onFailure(failure);
    }
  }

  /** @throws {Failure} When media would flow to another machine. */
  #requireNear({ iceCandidates }: TransportInfo): void {
    const far = iceCandidates.find(({ address }) => !isLoopback(address));
    if (far !== undefined && !this.#part.allowRemote) {
      throw new Failure(
        'remote media',
        `the server wants media sent to ${far.address}, which is not this machine: add --allow-remote if it is yours`,
      );
    }
  }
}

async function inStep<Value>(
  step: string,
  work: Promise<Value>,
): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw Failure.of(step, error);
  }
}
