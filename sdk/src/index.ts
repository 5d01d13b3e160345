/** The browser SDK of an Atrium server. */
export type {
  ClosingName,
  ScreenQuality,
  Source,
  VideoCodec,
} from './core/index.ts';
export type { Permissions } from '@atrium/protocol/protoo';
export type { VideoconfEvents } from './events.ts';
export type { DeviceKind, ScreenOptions } from './LocalTracks.ts';
export type { ProjectOptions, VideoconfOptions } from './options.ts';
export type { LazyPart } from './react/lazyPart.ts';
export {
  Chat,
  Controls,
  useActiveSpeaker,
  useChat,
  useLocalMedia,
  useParticipants,
  useVideoconf,
  VideoContainer,
  VideoGrid,
} from './parts.ts';
export type { LocalMedia, Videoconf } from './react/hooks.ts';
export type { ChatMessage } from './react/Visit.ts';
export type {
  Detach,
  EndReason,
  LocalTrack,
  Participant,
  Quality,
  Self,
  Snapshot,
  State,
  Track,
} from './Snapshot.ts';
export { VideoconfError } from './VideoconfError.ts';
export type { LocalErrorCode } from './VideoconfError.ts';
export { VideoconfSDK } from './VideoconfSDK.ts';
