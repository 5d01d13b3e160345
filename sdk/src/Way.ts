import type {
  Publisher,
  Rights,
  RoomClientOptions,
  Size,
  Source,
} from './core/index.ts';
import type { EndReason, Quality } from './Snapshot.ts';
import type { VideoconfError } from './VideoconfError.ts';

/** A source that a person sends. */
export interface RemoteSource {
  readonly kind: 'audio' | 'video';
  /** The person holds it back. */
  readonly paused: boolean;
  /** Undefined until it is received. */
  readonly track?: MediaStreamTrack | undefined;
  readonly quality: Quality;
}

/** Another person, as a way to them shows them at the moment. */
export interface RemotePerson {
  readonly peerId: string;
  readonly displayName: string;
  /** Undefined outside the room. */
  readonly rights: Rights | undefined;
  readonly reconnecting: boolean;
  /** A source; undefined when the person does not send it. */
  get: (source: Source) => RemoteSource | undefined;
}

/** The wishes of the user about a received track. */
export interface Reception {
  readonly subscribed: boolean;
  /** The size at which it is shown; undefined: out of sight. */
  readonly size: Size | undefined;
}

/** The user, as a way makes them known to the others. */
export type Identity = Pick<
  RoomClientOptions,
  'peerId' | 'displayName' | 'token'
> & {
  /** Undefined before the room is entered, and outside it. */
  rights?: Rights | undefined;
};

/** The state of a way. The error is that of the last attempt, or of the end. */
export type WayState =
  | {
      name: 'connecting' | 'connected' | 'reconnecting';
      error?: VideoconfError | undefined;
    }
  /** In the lobby, at this place, until a moderator lets the user in. */
  | { name: 'waiting'; position: number; error?: undefined }
  | {
      name: 'ended';
      reason: EndReason;
      error?: VideoconfError | undefined;
    };

/** The events of a way to the others. */
export type WayEvents = {
  state: [WayState];
  /** A person has come, or something about them has changed. */
  person: [RemotePerson];
  personLeft: [peerId: string];
  /** The user has other rights. */
  self: [];
  /** The loudness of each person, the user included; those missing are silent. */
  levels: [ReadonlyMap<string, number>];
  /** Another person is the active speaker now, or none is. */
  active: [peerId: string | undefined];
  message: [from: string, data: unknown];
  /** The operator of the server has sent data. */
  serverMessage: [data: unknown];
  /** A moderator has cleared the chat. */
  chatCleared: [];
  /** All media is being set up again. */
  mediaReset: [];
  /** Something failed, and the stay goes on. */
  failed: [VideoconfError];
  publishFailed: [Source, Error];
  /** A moderator has muted the microphone of the user. */
  muted: [];
};

/** A way to the others in a place: through the server, or directly. */
export interface Way extends Publisher {
  readonly self: Identity;
  on: <Name extends keyof WayEvents>(
    name: Name,
    listener: (...args: WayEvents[Name]) => void,
  ) => void;
  /** Enters the place. `state` reports the outcome. */
  join: () => void;
  /** Leaves the place for good. */
  leave: () => void;
  /** Tries again at once what waits, and checks that connections are alive. */
  retryNow: () => void;
  /** Receives a track as the user wishes. */
  receive: (track: MediaStreamTrack, reception: Reception) => void;
  /**
   * Sends a message, to all others by default.
   *
   * @throws {VideoconfError}
   */
  send: (data: unknown, to: string[] | undefined) => Promise<void>;
}
