import type { ProjectOptions, VideoconfOptions } from '../options.ts';
import type { Snapshot } from '../Snapshot.ts';
import type { VideoconfError } from '../VideoconfError.ts';
import type { VideoconfSDK } from '../VideoconfSDK.ts';

// These types name nothing of React, so that the main entry does not need its types.

/** The properties of every container. */
export type ContainerProps = {
  /** Opens the microphone when the room is entered; closed by default. */
  microphone?: boolean;
  /** Opens the camera when the room is entered; closed by default. */
  camera?: boolean;
  /** Called for each failure that does not end the stay. */
  onError?: (error: VideoconfError) => void;
  /** Called when the stay has ended; `endReason` tells why. */
  onEnd?: (snapshot: Snapshot) => void;
  className?: string;
};

/** A container that enters a room with a client of its own. */
export type RoomProps = VideoconfOptions & {
  room: string;
  session?: undefined;
  sdk?: undefined;
};

/** A container that enters a session with a client of its own. */
export type SessionProps = ProjectOptions & {
  /** The address of the session. */
  session: string;
  password: string;
  /** The key of the project. */
  apiKey: string;
  projectId: string;
  room?: undefined;
  sdk?: undefined;
};

/** A container for a client of the caller, who makes it enter and leave. */
export type ClientProps = {
  sdk: VideoconfSDK;
  room?: undefined;
  session?: undefined;
};

/** The properties of `VideoContainer`, without its children. */
export type VideoContainerProps = ContainerProps &
  (RoomProps | SessionProps | ClientProps);

/** The properties of `VideoGrid`. */
export type VideoGridProps = {
  /** The streams of others by their ids; without it, those in the container. */
  streams?: ReadonlyMap<string, MediaStream>;
  /** The stream of the user, shown mirrored and without sound. */
  localStream?: MediaStream | null;
  className?: string;
};

/** The properties of `Controls`. */
export type ControlsProps = { className?: string };

/** The properties of `Chat`. */
export type ChatProps = {
  /** Open at first; by default where the container is wide enough. */
  defaultOpen?: boolean;
  className?: string;
};
