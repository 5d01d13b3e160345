import { createRoot } from 'react-dom/client';
import {
  Controls,
  Status,
  useActiveSpeaker,
  useParticipants,
  useVideoconf,
  VideoContainer,
  VideoTrack,
} from 'videoconf-sdk/react';
import type { Participant, Self } from 'videoconf-sdk';

function Tile({ person }: { person: Participant | Self }) {
  const camera = person.tracks.get('camera');
  const isActive = useActiveSpeaker()?.id === person.id;
  return (
    <figure aria-current={isActive}>
      {camera && <VideoTrack track={camera} width={320} height={180} />}
      <figcaption>{person.name}</figcaption>
    </figure>
  );
}

function People() {
  const { self } = useVideoconf();
  const participants = useParticipants();
  return (
    <main>
      {self && <Tile person={self} />}
      {participants.map((it) => (
        <Tile key={it.id} person={it} />
      ))}
    </main>
  );
}

const root = document.getElementById('root') as HTMLElement;
createRoot(root).render(
  <VideoContainer room="garden" displayName="Ada" microphone camera>
    <Status />
    <People />
    <Controls />
  </VideoContainer>,
);
