import { useEffect, useRef } from 'react';
import type { ComponentProps, ReactElement } from 'react';

import type { Detach, LocalTrack, Track } from '../Snapshot.ts';

/** The properties of `VideoTrack`: a track, and those of a video element. */
export type VideoTrackProps = Omit<ComponentProps<'video'>, 'ref'> & {
  track: Track | LocalTrack;
};

/**
 * A video that plays a track of the user or of a participant. Of a participant it
 * is received only as large as the element is, and not at all while it is out of
 * sight.
 */
export function VideoTrack({ track, ...props }: VideoTrackProps): ReactElement {
  const element = useRef<HTMLVideoElement>(null);
  const attach = 'attach' in track ? track.attach : undefined;
  // A participant's track is attached once, whatever becomes of it.
  const local = attach ? undefined : track.mediaStreamTrack;
  useEffect(() => {
    const video = element.current;
    return video ? (attach ?? play(local))(video) : undefined;
  }, [attach, local]);
  return <video ref={element} autoPlay playsInline muted {...props} />;
}

/** Plays a track of the user. */
function play(
  track: MediaStreamTrack | undefined,
): (element: HTMLMediaElement) => Detach {
  return (element) => {
    element.srcObject = track ? new MediaStream([track]) : null;
    return () => {
      element.srcObject = null;
    };
  };
}
