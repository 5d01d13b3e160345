import type { Source } from './wire.ts';

/** The way of the user's own tracks to others. */
export interface Publisher {
  /** Sends a track. */
  publish: (source: Source, track: MediaStreamTrack, paused?: boolean) => void;
  /** Stops sending a source. Its track belongs to the caller and stays open. */
  unpublish: (source: Source) => void;
  /** Pauses or resumes a source. */
  setPaused: (source: Source, paused: boolean) => void;
  /** Calls `listener` whenever a source cannot be sent. */
  on: (
    name: 'publishFailed',
    listener: (source: Source, error: Error) => void,
  ) => void;
}
