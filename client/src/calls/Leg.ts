import type {
  ConnectionQuality,
  MediaPath,
  Publisher,
  Size,
  Source,
} from 'videoconf-sdk/core';

import type { MediaState } from './protocol.ts';

/** The received tracks of a participant. */
export type Tracks = {
  mic?: MediaStreamTrack | undefined;
  camera?: MediaStreamTrack | undefined;
  screen?: MediaStreamTrack | undefined;
  screenAudio?: MediaStreamTrack | undefined;
};

/** The condition of a participant's media, as received. */
export type Condition = {
  quality: ConnectionQuality;
  /** The video that the network does not carry at the moment. */
  withheld: 'camera' | 'screen' | undefined;
};

/** The condition of participants without any measurement. */
export const GOOD: Condition = { quality: 'good', withheld: undefined };

/** The tracks of those devices that a person uses at the moment. */
export function tracksInUse(tracks: Tracks, media: MediaState): Tracks {
  return {
    mic: media.audioEnabled ? tracks.mic : undefined,
    camera: media.videoEnabled ? tracks.camera : undefined,
    screen: media.screenShareEnabled ? tracks.screen : undefined,
    screenAudio: media.screenShareEnabled ? tracks.screenAudio : undefined,
  };
}

/** One of the two ways of a call's media. */
export interface Leg extends Omit<Publisher, 'on'> {
  /** True once media gets through in both directions. */
  readonly reached: boolean;
  readonly path: MediaPath;
  /** The quality of the user's own connection. */
  readonly quality: ConnectionQuality;
  /** The received tracks of a participant; undefined for one who is not there. */
  tracksOf: (participantId: string) => Tracks | undefined;
  conditionOf: (participantId: string) => Condition;
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
