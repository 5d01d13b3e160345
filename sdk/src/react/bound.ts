/** The entry of the built package: the parts, with React as the application has it. */
import * as react from 'react';
import * as runtime from 'react/jsx-runtime';

import * as parts from './index.ts';
import { bind } from './peer.ts';

const withReact = bind(react, runtime);

export const Chat = withReact(parts.Chat);
export const Controls = withReact(parts.Controls);
export const Status = withReact(parts.Status);
export const useActiveSpeaker = withReact(parts.useActiveSpeaker);
export const useChat = withReact(parts.useChat);
export const useLocalMedia = withReact(parts.useLocalMedia);
export const useParticipants = withReact(parts.useParticipants);
export const useVideoconf = withReact(parts.useVideoconf);
export const VideoContainer = withReact(parts.VideoContainer);
export const VideoGrid = withReact(parts.VideoGrid);
export const VideoTrack = withReact(parts.VideoTrack);
