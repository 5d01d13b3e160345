import { lazyHook, lazyPart } from './react/lazyPart.ts';
import type { LazyPart } from './react/lazyPart.ts';
import type {
  ChatProps,
  ControlsProps,
  VideoContainerProps,
  VideoGridProps,
} from './react/props.ts';

/** `VideoContainer` of `videoconf-sdk/react`, loaded when it is shown first. */
export const VideoContainer: LazyPart<
  VideoContainerProps & { children?: unknown }
> = /* @__PURE__ */ lazyPart('VideoContainer');

/** `VideoGrid` of `videoconf-sdk/react`, loaded when it is shown first. */
export const VideoGrid: LazyPart<VideoGridProps> =
  /* @__PURE__ */ lazyPart('VideoGrid');

/** `Controls` of `videoconf-sdk/react`, loaded when it is shown first. */
export const Controls: LazyPart<ControlsProps> =
  /* @__PURE__ */ lazyPart('Controls');

/** `Chat` of `videoconf-sdk/react`, loaded when it is shown first. */
export const Chat: LazyPart<ChatProps> = /* @__PURE__ */ lazyPart('Chat');

/** `useActiveSpeaker` of `videoconf-sdk/react`. */
export const useActiveSpeaker = /* @__PURE__ */ lazyHook('useActiveSpeaker');

/** `useChat` of `videoconf-sdk/react`. */
export const useChat = /* @__PURE__ */ lazyHook('useChat');

/** `useLocalMedia` of `videoconf-sdk/react`. */
export const useLocalMedia = /* @__PURE__ */ lazyHook('useLocalMedia');

/** `useParticipants` of `videoconf-sdk/react`. */
export const useParticipants = /* @__PURE__ */ lazyHook('useParticipants');

/** `useVideoconf` of `videoconf-sdk/react`. */
export const useVideoconf = /* @__PURE__ */ lazyHook('useVideoconf');
