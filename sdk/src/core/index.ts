/**
 * The media core: a room's peers, media and chat over one signalling connection
 * that comes back by itself. It knows no page.
 */
export type { Address } from './address.ts';
export { askAdmission } from './askAdmission.ts';
export { Chat, MAX_LENGTH } from './Chat.ts';
export type { ChatMessage } from './Chat.ts';
export { loadChatCipher, textOf } from './ChatCodec.ts';
export type { ChatCipher } from './ChatCodec.ts';
export { VIDEO_CODECS } from './codecs.ts';
export type { VideoCodec } from './codecs.ts';
export {
  CONSTRAINTS,
  DEVICE_NAMES,
  INSECURE_PAGE,
  openDevices,
} from './devices.ts';
export type {
  DeviceConstraints,
  DeviceFailures,
  DeviceSource,
} from './devices.ts';
export { deviceSentence } from './deviceSentence.ts';
export { END_SENTENCES, endSentence } from './endSentence.ts';
export type { ClosingName } from './endSentence.ts';
export { isKey, newKey } from './e2ee/key.ts';
export { MediaCipher } from './e2ee/MediaCipher.ts';
export type { PlaybackIssue } from './e2ee/playbackIssue.ts';
export { EarlyConnection } from './EarlyConnection.ts';
export { Emitter } from './Emitter.ts';
export { LocalMedia } from './LocalMedia.ts';
export type { DeviceProblem, LocalState } from './LocalMedia.ts';
export type { LocalSource, MediaParts } from './MediaSession.ts';
export { hueOf, initialsOf } from './nameSigns.ts';
export type { Delivery } from './Outbox.ts';
export { placeSentence } from './placeSentence.ts';
export type { Publisher } from './Publisher.ts';
export { QualityMeter } from './QualityMeter.ts';
export type { ConnectionQuality } from './QualityMeter.ts';
export type { Reception } from './reception.ts';
export type { Refusal, RefusalCode } from './Refusal.ts';
export { REFUSAL_SENTENCES, refusalSentence } from './refusalSentence.ts';
export type { RemotePeer, RemoteProducer } from './RemotePeer.ts';
export type { RemotePeers } from './RemotePeers.ts';
export { RoomClient, StoppedError } from './RoomClient.ts';
export type {
  Rights,
  RoomClientOptions,
  RoomEnd,
  RoomState,
} from './RoomClient.ts';
export { RequestError } from './Connection.ts';
export { canShareScreen, ScreenShare } from './ScreenShare.ts';
export type { ShareProblem } from './ScreenShare.ts';
export {
  hintAt,
  SCREEN_QUALITIES,
  screenConstraints,
} from './screenCapture.ts';
export type { ScreenQuality } from './screenCapture.ts';
export { StatsMonitor } from './StatsMonitor.ts';
export { claimsOf } from './tokenClaims.ts';
export type { MediaPath } from './Transports.ts';
export type { Size } from './Views.ts';
export { SOURCES } from './wire.ts';
export type { CloseInfo, Layers, ServerStat, Source } from './wire.ts';
