import type { ReactElement } from 'react';

import type { LocalTrack, Participant, Self, Track } from '../Snapshot.ts';
import { GridList } from './GridList.tsx';
import { useVideoconf } from './hooks.ts';
import { Tile } from './Tile.tsx';
import { VideoTrack } from './VideoTrack.tsx';

const TROUBLES = {
  good: undefined,
  poor: 'poor connection',
  lost: 'no connection',
};

/** All who are in the room, each with a tile, and each shared screen with another. */
export function ParticipantTiles({
  className,
}: {
  className: string | undefined;
}): ReactElement {
  const { self, participants } = useVideoconf();
  const people = self ? [self, ...participants] : participants;
  return (
    <GridList
      className={className}
      tiles={[
        ...people
          .filter(({ tracks }) => tracks.has('screen'))
          .map((person) => (
            <ScreenTile
              key={`${person.id}:screen`}
              person={person}
              isOwn={person === self}
            />
          )),
        ...people.map((person) => (
          <PersonTile key={person.id} person={person} isOwn={person === self} />
        )),
      ]}
    />
  );
}

type Props = { person: Participant | Self; isOwn: boolean };

function PersonTile({ person, isOwn }: Props): ReactElement {
  const { name, speaking } = person;
  const tracks: ReadonlyMap<string, Track | LocalTrack> = person.tracks;
  const microphone = tracks.get('mic');
  const camera = tracks.get('camera');
  const isMuted = microphone?.muted ?? true;
  const isShown = camera?.muted === false;
  // The user has neither.
  const { reconnecting } = person as Partial<Participant>;
  const { quality = 'good' } = (camera ?? {}) as Partial<Track>;
  const trouble = reconnecting ? 'reconnecting' : TROUBLES[quality];
  const caption = isOwn ? `${name} (you)` : name;
  const label = [
    caption,
    `microphone ${isMuted ? 'off' : 'on'}`,
    `camera ${isShown ? 'on' : 'off'}`,
    speaking && 'speaking',
    trouble,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <Tile
      name={name}
      caption={caption}
      label={label}
      isOwn={isOwn}
      isMuted={isMuted}
      isSpeaking={speaking}
      trouble={trouble}
    >
      {isShown && <VideoTrack track={camera} />}
    </Tile>
  );
}

function ScreenTile({ person, isOwn }: Props): ReactElement {
  const tracks: ReadonlyMap<string, Track | LocalTrack> = person.tracks;
  const screen = tracks.get('screen');
  const name = isOwn ? 'Your screen' : `Screen of ${person.name}`;
  return (
    <Tile name={name} caption={name} label={name} isScreen>
      {screen && <VideoTrack track={screen} />}
    </Tile>
  );
}
