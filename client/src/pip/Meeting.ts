import type { LocalState, Size } from 'videoconf-sdk/core';
import type { ShareContent } from '../ui/ShareTile.ts';
import type { TileContent } from '../ui/Tile.ts';

/** A person or a screen, with the id that it has on the floor. */
export type Subject =
  | { kind: 'person'; id: string; content: TileContent }
  | { kind: 'screen'; id: string; content: ShareContent };

/** The parts of a meeting that fit into a small window. */
export type SmallMeeting = {
  /** The one to look at; undefined while the user is alone. */
  main: Subject | undefined;
  self: { peerId: string; content: TileContent };
  mic: LocalState;
  camera: LocalState;
};

/** The actions that a small window offers. */
export type Actions = {
  mic: () => void;
  camera: () => void;
  leave: () => void;
};

/** A small window that shows a meeting. */
export type SmallWindow = {
  show: (meeting: SmallMeeting) => void;
  close: () => void;
};

/** Counts a picture in a small window among those that the page shows. */
export type Watches = {
  watchApart: (
    video: HTMLVideoElement,
    track: MediaStreamTrack | undefined,
    measure: () => Size | undefined,
  ) => void;
  /** The sizes may have changed. */
  update: () => void;
};
