import { Emitter } from '../Emitter.ts';

/** The parameters of a sender or receiver for the worker. */
export type TransformOptions = {
  roomKey: string;
  peerId: string;
  source: string;
  /** The producer whose frames are decrypted; none where they are encrypted. */
  producerId?: string;
};

/** The worker's report on a producer whose frames do not fit the key. */
export type Undecryptable = { producerId: string };

type MediaCipherEvents = {
  /** The key does not fit what a producer sends. */
  undecryptable: [producerId: string];
  /** There is no encryption any more, and so nothing is sent or received. */
  failed: [];
};

/**
 * Encrypts what a user sends and decrypts what others send, with the key of a
 * room, in a worker.
 */
export class MediaCipher extends Emitter<MediaCipherEvents> {
  readonly #roomKey: string;
  readonly #peerId: string;
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
  });

  /** Takes the key of the room and who the user is there. */
  constructor(roomKey: string, peerId: string) {
    super();
    this.#roomKey = roomKey;
    this.#peerId = peerId;
    this.#worker.addEventListener(
      'message',
      ({ data }: MessageEvent<Undecryptable>) =>
        this.emit('undecryptable', data.producerId),
    );
    this.#worker.addEventListener('error', () => this.emit('failed'));
  }

  /** True if this browser supports it. */
  static get supported(): boolean {
    return 'RTCRtpScriptTransform' in globalThis;
  }

  /** Encrypts what a sender sends. To be called before it sends anything. */
  encrypt(sender: RTCRtpSender, source: string): void {
    sender.transform = this.#transform({
      roomKey: this.#roomKey,
      peerId: this.#peerId,
      source,
    });
  }

  /**
   * Decrypts what a receiver gets of a peer's producer. To be called before it
   * receives anything.
   */
  decrypt(
    receiver: RTCRtpReceiver,
    of: { producerId: string; peerId: string; source: string },
  ): void {
    receiver.transform = this.#transform({ roomKey: this.#roomKey, ...of });
  }

  /** Ends it; nothing more is sent or received by what was transformed. */
  close(): void {
    this.#worker.terminate();
  }

  #transform(options: TransformOptions): RTCRtpScriptTransform {
    return new RTCRtpScriptTransform(this.#worker, options);
  }
}
