/**
 * Encrypts and decrypts frames off the page's own thread. The browser asks for
 * a transform by an event, once for each sender and receiver.
 */
import { FrameDecryptor } from './FrameDecryptor.ts';
import { FrameEncryptor } from './FrameEncryptor.ts';
import { keyFor } from './key.ts';
import type { TransformOptions, Undecryptable } from './MediaCipher.ts';
import type { Bytes } from './sframe.ts';

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;

/** Makes other bytes of a frame's; nothing where the frame is to be dropped. */
type Step = (data: Bytes) => Promise<Bytes | undefined>;

/**
 * The event by which the browser hands over a transformer; not in TypeScript's
 * types yet.
 */
type TransformEvent = Event & {
  transformer: {
    options: TransformOptions;
    readable: ReadableStream<Frame>;
    writable: WritableStream<Frame>;
  };
};

addEventListener('rtctransform', (event) => {
  const { options, readable, writable } = (event as TransformEvent).transformer;
  run(options, readable, writable).catch(reportError);
});

async function run(
  options: TransformOptions,
  readable: ReadableStream<Frame>,
  writable: WritableStream<Frame>,
): Promise<void> {
  const step = await stepFor(options);
  const transform = new TransformStream<Frame, Frame>({
    transform: async (frame, controller) => {
      const data = await step(new Uint8Array(frame.data));
      if (data) {
        frame.data = data.buffer;
        controller.enqueue(frame);
      }
    },
  });
  await readable.pipeThrough(transform).pipeTo(writable);
}

async function stepFor(options: TransformOptions): Promise<Step> {
  const { roomKey, peerId, source } = options;
  const sourceKey = await keyFor(roomKey, peerId, source);
  if (options.producerId === undefined) {
    const encryptor = await FrameEncryptor.create(sourceKey);
    // An encoder may give an empty frame, which is nothing to send.
    return async (data) =>
      data.length > 0 ? encryptor.encrypt(data) : undefined;
  }
  const { producerId } = options;
  const decryptor = new FrameDecryptor(sourceKey);
  return (data) =>
    decryptor.decrypt(data).catch(() => {
      // A frame in between may be one that was sent twice; but where nothing
      // has come through before, nothing will.
      if (!decryptor.hasDecrypted) {
        postMessage({ producerId } satisfies Undecryptable);
      }
      return undefined;
    });
}
