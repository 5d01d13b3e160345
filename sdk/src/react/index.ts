/** React parts: a meeting in components and hooks. */
export { Chat } from './Chat.tsx';
export { Controls } from './Controls.tsx';
export {
  useActiveSpeaker,
  useChat,
  useLocalMedia,
  useParticipants,
  useVideoconf,
} from './hooks.ts';
export type { LocalMedia, Videoconf } from './hooks.ts';
export type {
  ChatProps,
  ClientProps,
  ContainerProps,
  ControlsProps,
  RoomProps,
  SessionProps,
  VideoContainerProps,
  VideoGridProps,
} from './props.ts';
export { Status } from './Status.tsx';
export { VideoContainer } from './VideoContainer.tsx';
export { VideoGrid } from './VideoGrid.tsx';
export { VideoTrack } from './VideoTrack.tsx';
export type { VideoTrackProps } from './VideoTrack.tsx';
export type { ChatMessage } from './Visit.ts';
