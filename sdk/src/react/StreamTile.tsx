import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';

import { Tile } from './Tile.tsx';

/** One stream with its sound, as long as there is something in it. */
export function StreamTile({
  name,
  stream,
  isOwn = false,
  onRefused,
}: {
  name: string;
  stream: MediaStream;
  isOwn?: boolean;
  /** Called when the browser plays the picture, but not the sound. */
  onRefused?: (video: HTMLVideoElement) => void;
}): ReactElement | null {
  const element = useRef<HTMLVideoElement>(null);
  const isActive = useIsActive(stream);
  useEffect(() => {
    const video = element.current;
    if (!video || !isActive) {
      return undefined;
    }
    video.srcObject = stream;
    void start(video, onRefused);
    return () => {
      video.srcObject = null;
    };
  }, [stream, isActive, onRefused]);
  if (!isActive) {
    return null;
  }
  return (
    <Tile name={name} caption={isOwn ? name : ''} label={name} isOwn={isOwn}>
      <video ref={element} playsInline muted={isOwn} />
    </Tile>
  );
}

/** Plays a stream, without its sound if the browser refuses that. */
async function start(
  video: HTMLVideoElement,
  onRefused?: (video: HTMLVideoElement) => void,
): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // Any other failure means that it was given another stream meanwhile.
    if ((error as Error).name === 'NotAllowedError' && !video.muted) {
      video.muted = true;
      onRefused?.(video);
      await start(video);
    }
  }
}

/** True until all tracks of a stream have ended. */
function useIsActive(stream: MediaStream): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      stream.addEventListener('active', onChange);
      stream.addEventListener('inactive', onChange);
      return () => {
        stream.removeEventListener('active', onChange);
        stream.removeEventListener('inactive', onChange);
      };
    },
    [stream],
  );
  const isActive = (): boolean => stream.active;
  return useSyncExternalStore(subscribe, isActive, isActive);
}
