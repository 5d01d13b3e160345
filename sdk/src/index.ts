/** The browser SDK of an Atrium server. */
export type { Source, VideoCodec } from './core/index.ts';
export type { VideoconfEvents } from './events.ts';
export type { DeviceKind, ScreenOptions } from './LocalTracks.ts';
export type { ProjectOptions, VideoconfOptions } from './options.ts';
export type { LazyPart } from './react/lazyPart.ts';
export { Chat, Controls, VideoContainer, VideoGrid } from './parts.ts';
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
