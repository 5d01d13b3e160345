import type { types } from 'mediasoup';

import { whenClosed } from './whenClosed.ts';

/** The longest time to wait for a picture that can be sent, ms. */
const PATIENCE = 300;

/** Time in which the rest of a key frame follows its first packet, ms. */
const REST = 50;

/**
 * The key frames with which the videos of a receiving transport begin. Each is a burst
 * that takes a thin link for as long as several packets of sound do, so sound that has
 * begun before has a gap there.
 */
export class FirstPictures {
  readonly #transport: types.WebRtcTransport;
  /** One for each video whose picture is still to come. */
  readonly #awaited = new Set<Promise<void>>();

  constructor(transport: types.WebRtcTransport) {
    this.#transport = transport;
  }

  /** True if there is no picture to wait for. */
  get sent(): boolean {
    return this.#awaited.size === 0;
  }

  /** Waits for the picture of a video, whose key frames are traced, from now on. */
  add(video: types.Consumer): void {
    const picture = this.#begin(video);
    this.#awaited.add(picture);
    void picture.then(() => this.#awaited.delete(picture));
  }

  /**
   * Waits until each video added so far has sent its picture, has closed, or has had
   * long enough for it on a connected transport.
   */
  async whenSent(): Promise<void> {
    await Promise.all(this.#awaited);
  }

  #begin(video: types.Consumer): Promise<void> {
    const transport = this.#transport;
    const { promise, resolve } = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout | undefined;
    const waitFor = (time: number): void => {
      clearTimeout(timer);
      timer = setTimeout(end, time).unref();
    };
    const onTrace = ({ type }: types.ConsumerTraceEventData): void => {
      if (type === 'keyframe') {
        video.off('trace', onTrace);
        waitFor(REST);
      }
    };
    const onState = (state: types.DtlsState): void => {
      if (state === 'connected') {
        transport.observer.off('dtlsstatechange', onState);
        waitFor(PATIENCE);
      }
    };
    const end = (): void => {
      clearTimeout(timer);
      video.off('trace', onTrace);
      transport.observer.off('dtlsstatechange', onState);
      resolve();
    };
    video.on('trace', onTrace);
    transport.observer.on('dtlsstatechange', onState);
    whenClosed(video, end);
    onState(transport.dtlsState);
    return promise;
  }
}
