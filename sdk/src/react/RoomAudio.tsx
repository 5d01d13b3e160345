import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';

import type { Track } from '../Snapshot.ts';
import { useParticipants } from './hooks.ts';

/** The sound of all participants, which nothing on the page shows. */
export function RoomAudio(): ReactElement {
  const participants = useParticipants();
  return (
    <>
      {participants.flatMap(({ id, tracks }) =>
        [...tracks.values()]
          .filter(({ kind }) => kind === 'audio')
          .map((track) => (
            <AudioTrack key={`${id}:${track.source}`} track={track} />
          )),
      )}
    </>
  );
}

function AudioTrack({ track: { attach } }: { track: Track }): ReactElement {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current;
    return audio ? attach(audio) : undefined;
  }, [attach]);
  return <audio ref={element} />;
}
