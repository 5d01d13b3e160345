import { setTimeout as delay } from 'node:timers/promises';

import type { types } from 'mediasoup-client';

import type {
  Method,
  Notification,
  Reply,
  RequestData,
} from '@atrium/protocol/protoo';
import { isLoopback } from '../../lib/limits/network.ts';
import { Failure } from './Failure.ts';
import type { Engine, Media, Traffic, TransportInfo } from './Media.ts';
import { addTraffic } from './Media.ts';
import { Signalling } from './Signalling.ts';
import type { Destination } from './Signalling.ts';

/** Closings after which a client comes back: all but what it is to blame for. */
const TEMPORARY = new Set([
  'closed 1001',
  'closed 1006',
  'closed 1012',
  'closed 1013',
]);

/** Times before each attempt to come back, ms. */
const RETRIES = [500, 1_000, 2_000, 4_000, 8_000];

/** The task of one peer. */
export interface Part {
  destination: Destination;
  publish: readonly types.MediaKind[];
  /** Allows media to other machines. */
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
  #hasEntered = false;
  #isComingBack = false;
  /** From the last join, and how many notifications have come since the first. */
  #resumeToken: string | undefined;
  #received = 0;
  readonly #consumerIds = new Set<string>();
  /** The number of tracks that it sends. */
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
   * Joins the room, sends its tracks, and receives all peers in it, those who
   * join later as they come.
   *
   * @throws {Failure} When something of that fails.
   */
  async join(): Promise<void> {
    if (await this.#connect()) {
      await this.#enter();
      this.#hasEntered = true;
    }
  }

  /** @returns Whether the peer is still wanted. */
  async #connect(): Promise<boolean> {
    const signalling = await Signalling.connect(this.#part.destination, {
      notification: (notification) => {
        this.#received += 1;
        this.#handle(notification);
      },
      lost: (failure) => this.#lose(failure),
    });
    if (this.#left) {
      await signalling.close();
      return false;
    }
    this.#signalling = signalling;
    return true;
  }

  async #enter(): Promise<void> {
    const { rtpCapabilities } = await this.#request('getRouterRtpCapabilities');
    const media = await this.#createMedia(
      rtpCapabilities as types.RtpCapabilities,
    );
    const { roomId, peerId } = this.#part.destination;
    this.#received = 0;
    const { peers, resumeToken } = await this.#request('joinRoom', {
      roomId,
      peerId,
      rtpCapabilities: media.rtpCapabilities,
    });
    this.#resumeToken = resumeToken;
    for (const { producers } of peers ?? []) {
      for (const { producerId } of producers) {
        this.#learn(producerId);
      }
    }
    await Promise.all([this.#send(media), this.#receive(media)]);
  }

  /** Its name. */
  get id(): string {
    return this.#part.destination.peerId;
  }

  /** True once others send, so that it should receive from then on. */
  get isSentTo(): boolean {
    return this.#isSentTo;
  }

  /** The number of tracks that it receives. */
  get receives(): number {
    return this.#consumerIds.size;
  }

  /** Has everything flow that it receives, or nothing. */
  async watch(on: boolean): Promise<void> {
    await Promise.all(
      Array.from(this.#consumerIds, async (consumerId) => {
        await this.#request(on ? 'resume' : 'pause', {
          consumerId,
        });
      }),
    );
  }

  /** Resolves with the first packet from another peer. */
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
    routerRtpCapabilities: types.RtpCapabilities,
  ): Promise<Media> {
    const media = await this.#engine(
      {
        open: async (direction) => {
          const info = await this.#request('createWebRtcTransport', {
            direction,
          });
          this.#requireNear(info);
          return info;
        },
        connect: async (transportId, dtlsParameters) => {
          await this.#request('connectWebRtcTransport', {
            transportId,
            dtlsParameters,
          });
        },
        produce: async (transportId, kind, rtpParameters) => {
          const { producerId } = await this.#request('produce', {
            transportId,
            kind,
            rtpParameters,
          });
          return producerId;
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

  #lose(failure: Failure): void {
    this.#fail(failure);
    const isTemporary = this.#hasEntered && TEMPORARY.has(failure.code);
    if (isTemporary && !this.#isComingBack) {
      this.#isComingBack = true;
      void this.#comeBack().finally(() => {
        this.#isComingBack = false;
      });
    }
  }

  /** Goes on where the connection broke, or enters again. */
  async #comeBack(): Promise<void> {
    for (const pause of RETRIES) {
      await delay(pause);
      try {
        if (this.#left || !(await this.#connect())) {
          return;
        }
        if (!(await this.#resume())) {
          this.#dropMedia();
          this.#producerIds.clear();
          await this.#enter();
        }
        return;
      } catch (error) {
        this.#fail(Failure.of('come back', error));
        await this.#signalling?.close();
      }
    }
  }

  /** @returns Whether there is something to resume. */
  async #resume(): Promise<boolean> {
    if (this.#resumeToken === undefined) {
      return false;
    }
    const { roomId, peerId } = this.#part.destination;
    try {
      const { resumeToken } = await this.#request('joinRoom', {
        roomId,
        peerId,
        resumeToken: this.#resumeToken,
        received: this.#received,
      });
      this.#resumeToken = resumeToken;
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'joinRoom 403') {
        return false;
      }
      throw error;
    }
  }

  #dropMedia(): void {
    this.#media?.close();
    this.#isReceiving = false;
    this.#consumerIds.clear();
    this.sends = 0;
  }

  /** Sends a request over the current connection. */
  async #request<M extends Method>(
    method: M,
    data?: RequestData<M>,
  ): Promise<Reply<M>> {
    if (this.#signalling === undefined) {
      throw new Failure(`${method} not sent`, 'the peer has not connected yet');
    }
    return this.#signalling.request(method, data);
  }

  /** Sets up all media again, as the worker under them has died. */
  async #reset(rtpCapabilities: types.RtpCapabilities): Promise<void> {
    if (this.#left) {
      return;
    }
    this.#dropMedia();
    try {
      const media = await this.#createMedia(rtpCapabilities);
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
    const transportId = await media.openReceiving();
    const incoming = await this.#request('consume', {
      transportId,
      producerId,
    });
    await inStep('receive', media.receive(incoming));
    const { consumerId } = incoming;
    await this.#request('resume', { consumerId });
    this.#consumerIds.add(consumerId);
  }

  #handle({ method, data }: Notification): void {
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
          this.#reset(data.rtpCapabilities as types.RtpCapabilities),
        );
        break;
      default:
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
