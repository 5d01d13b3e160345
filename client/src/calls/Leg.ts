import type { MediaPath, Publisher, Size, Source } from 'videoconf-sdk/core';

/** The received tracks of a participant. */
export type Tracks = {
  mic?: MediaStreamTrack | undefined;
  camera?: MediaStreamTrack | undefined;
  screen?: MediaStreamTrack | undefined;
  screenAudio?: MediaStreamTrack | undefined;
};

/** One of the two ways of a call's media. */
export interface Leg extends Omit<Publisher, 'on'> {
  /** True once media gets through in both directions. */
  readonly reached: boolean;
  readonly path: MediaPath;
  /** The received tracks of a participant; undefined for one who is not there. */
  tracksOf: (participantId: string) => Tracks | undefined;
  on: {
    (name: 'change', listener: () => void): void;
    (
      name: 'publishFailed',
      listener: (source: Source, error: Error) => void,
    ): void;
  };
  setDisplaySize: (track: MediaStreamTrack, size: Size | undefined) => void;
  close: () => void;
}
