import type { Participant, Snapshot, Track } from './Snapshot.ts';
import type { VideoconfError } from './VideoconfError.ts';

/** The events of a client, with the arguments of their listeners. */
export type VideoconfEvents = {
  /** The state has changed. */
  state: [Snapshot];
  /** The room is entered again after the connection was lost. */
  resumed: [];
  /** A media worker of the server died; all media is being set up again. */
  mediaReset: [];
  /** A track could not be sent or received; the stay goes on. */
  error: [VideoconfError];
  message: [{ from: string; data: unknown }];
  /** The operator of the server has sent data, by the server API. */
  'server-message': [{ data: unknown }];
  /** A moderator has cleared the chat: messages from before are not to be shown any more. */
  'chat-cleared': [];
  'participant-joined': [Participant];
  'participant-left': [Participant];
  /** A track is received. */
  'track-added': [Track, Participant];
  'track-removed': [Track, Participant];
  /** The tracks of a person in one stream; `local` is the user. */
  'stream-added': [stream: MediaStream, peerId: string];
  'stream-removed': [peerId: string];
};
