import { useMemo, useRef, useSyncExternalStore } from 'react';

import type { Source } from '../core/index.ts';
import type { LocalTrack, Participant, Self, Snapshot } from '../Snapshot.ts';
import type { VideoconfSDK } from '../VideoconfSDK.ts';
import { useVisit } from './context.ts';
import type { ChatMessage } from './Visit.ts';

/** The state of the room, and the client that is in it. */
export type Videoconf = Snapshot & { readonly sdk: VideoconfSDK };

/** The state of the room around a part, with its client. */
export function useVideoconf(): Videoconf {
  const { sdk } = useVisit('useVideoconf');
  const snapshot = useSyncExternalStore(
    sdk.subscribe,
    sdk.getSnapshot,
    sdk.getSnapshot,
  );
  return useMemo(() => ({ ...snapshot, sdk }), [snapshot, sdk]);
}

/** The others in the room, in the order in which they came. */
export function useParticipants(): readonly Participant[] {
  const { sdk } = useVisit('useParticipants');
  const last = useRef<readonly Participant[]>([]);
  const select = (): readonly Participant[] => {
    const { participants } = sdk.getSnapshot();
    if (!areSame(last.current, participants)) {
      last.current = participants;
    }
    return last.current;
  };
  return useSyncExternalStore(sdk.subscribe, select, select);
}

/** The person who speaks, who may be the user; undefined in silence. */
export function useActiveSpeaker(): Participant | Self | undefined {
  const { sdk } = useVisit('useActiveSpeaker');
  const select = (): Participant | Self | undefined => {
    const { activeSpeaker, participants, self } = sdk.getSnapshot();
    return activeSpeaker === undefined
      ? undefined
      : activeSpeaker === self?.id
        ? self
        : participants.find(({ id }) => id === activeSpeaker);
  };
  return useSyncExternalStore(sdk.subscribe, select, select);
}

/** The user's devices, and what turns them on and off. */
export type LocalMedia = {
  /** The track of each source; undefined while it is not sent. */
  readonly microphone: LocalTrack | undefined;
  readonly camera: LocalTrack | undefined;
  readonly screen: LocalTrack | undefined;
  readonly isMicrophoneOn: boolean;
  readonly isCameraOn: boolean;
  readonly isScreenShared: boolean;
} & Pick<
  VideoconfSDK,
  'setMicrophone' | 'setCamera' | 'setScreenShare' | 'setDevice'
>;

/** The user's microphone, camera and screen. */
export function useLocalMedia(): LocalMedia {
  const { sdk } = useVisit('useLocalMedia');
  const last = useRef<readonly LocalTrack[]>([]);
  const select = (): readonly LocalTrack[] => {
    const tracks = [...(sdk.getSnapshot().self?.tracks.values() ?? [])];
    if (!areSame(last.current, tracks)) {
      last.current = tracks;
    }
    return last.current;
  };
  const tracks = useSyncExternalStore(sdk.subscribe, select, select);
  return useMemo(() => {
    const of = (source: Source): LocalTrack | undefined =>
      tracks.find((track) => track.source === source);
    const [microphone, camera, screen] = [
      of('mic'),
      of('camera'),
      of('screen'),
    ];
    return {
      microphone,
      camera,
      screen,
      isMicrophoneOn: microphone?.muted === false,
      isCameraOn: camera?.muted === false,
      isScreenShared: screen !== undefined,
      setMicrophone: (...args) => sdk.setMicrophone(...args),
      setCamera: (...args) => sdk.setCamera(...args),
      setScreenShare: (...args) => sdk.setScreenShare(...args),
      setDevice: (...args) => sdk.setDevice(...args),
    };
  }, [tracks, sdk]);
}

/** The messages of the chat since the container was mounted, and a way to send. */
export function useChat(): {
  readonly messages: readonly ChatMessage[];
  send: (text: string) => Promise<void>;
} {
  const visit = useVisit('useChat');
  const { messages } = useSyncExternalStore(
    visit.subscribe,
    visit.getSnapshot,
    visit.getSnapshot,
  );
  return useMemo(
    () => ({ messages, send: (text) => visit.say(text) }),
    [messages, visit],
  );
}

function areSame<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return (
    one.length === other.length &&
    one.every((item, index) => item === other[index])
  );
}
