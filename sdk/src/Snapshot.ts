import type { Permissions } from '@atrium/protocol/protoo';

import type { Source } from './core/index.ts';
import type { VideoconfError } from './VideoconfError.ts';

/**
 * The state of a client: `idle` before the first room, `waiting` in the lobby of one
 * until a moderator lets the user in, `ended` after each.
 */
export type State =
  'idle' | 'connecting' | 'waiting' | 'connected' | 'reconnecting' | 'ended';

/** The reason why a stay has ended. */
export type EndReason =
  /** By `leave()`. */
  | 'left'
  /** The server did not let the user in, or not any more. */
  | 'refused'
  /** The server removed the user. */
  | 'closed';

/**
 * The condition of a received track: `poor` if losses can be heard or seen, `lost` if
 * nothing arrives, or if the network does not carry it.
 */
export type Quality = 'good' | 'poor' | 'lost';

/** Ends what `attach` began. */
export type Detach = () => void;

/** A received track as it is at the moment; a change makes another object. */
export interface Track {
  readonly source: Source;
  readonly kind: 'audio' | 'video';
  /** Undefined until it is received. */
  readonly mediaStreamTrack: MediaStreamTrack | undefined;
  /** The sender holds it back. */
  readonly muted: boolean;
  readonly subscribed: boolean;
  readonly quality: Quality;
  /**
   * Plays the track in an element, also after reconnects. The size of the
   * element and its visibility decide on the layers of a video that are sent.
   */
  attach: (element: HTMLMediaElement) => Detach;
  /** Receives the track, or not. Kept over reconnects. */
  setSubscribed: (on: boolean) => void;
}

/** Another person in the room; a change makes another object. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  /** The role in the room; undefined for people outside one. */
  readonly role: string | undefined;
  /** Their permissions in the room; undefined for people outside one. */
  readonly permissions: Permissions | undefined;
  readonly speaking: boolean;
  /** Their connection is lost, and they are expected back. */
  readonly reconnecting: boolean;
  readonly tracks: ReadonlyMap<Source, Track>;
}

/** The user in the room. */
export interface Self {
  readonly id: string;
  readonly name: string;
  /** The role in the room; before it is entered, that of the token. */
  readonly role: string | undefined;
  /** The permissions of the user; undefined before the room is entered, and outside one. */
  readonly permissions: Permissions | undefined;
  readonly speaking: boolean;
  /** The tracks that the user sends. */
  readonly tracks: ReadonlyMap<Source, LocalTrack>;
}

/** A track of the user. */
export interface LocalTrack {
  readonly source: Source;
  readonly mediaStreamTrack: MediaStreamTrack;
  readonly muted: boolean;
}

/** Everything there is to show, at one moment. Never changes. */
export interface Snapshot {
  readonly state: State;
  readonly endReason: EndReason | undefined;
  /** The reason of the server for the end, or for a failed attempt to connect. */
  readonly error: VideoconfError | undefined;
  /** The place in the lobby, from 1; undefined unless the state is `waiting`. */
  readonly position: number | undefined;
  readonly self: Self | undefined;
  /** The others, in the order in which they came. */
  readonly participants: readonly Participant[];
  /** The id of the active speaker. */
  readonly activeSpeaker: string | undefined;
  /** The browser plays sound only after a click: call `startAudio` in one. */
  readonly audioBlocked: boolean;
}

/** The snapshot of a client that is in no room. */
export const IDLE: Snapshot = Object.freeze({
  state: 'idle',
  endReason: undefined,
  error: undefined,
  position: undefined,
  self: undefined,
  participants: [],
  activeSpeaker: undefined,
  audioBlocked: false,
});
