import type { ReactElement } from 'react';

import type { LocalTrack, Participant, Self, Track } from '../Snapshot.ts';
import { GridList } from './GridList.tsx';
import { useVideoconf } from './hooks.ts';
import { Tile } from './Tile.tsx';
import { VideoTrack } from './VideoTrack.tsx';

/** Troubles with what is received, the worst first. */
const TROUBLES = [
  { quality: 'lost', text: 'no connection' },
  { quality: 'poor', text: 'poor connection' },
] as const;

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

/** The trouble with the connection of a person, in words for the user. */
function troubleOf(person: Participant | Self): string | undefined {
  if (!('reconnecting' in person)) {
    return undefined;
  }
  const qualities = new Set(
    [...person.tracks.values()].map(({ quality }) => quality),
  );
  const worst = TROUBLES.find(({ quality }) => qualities.has(quality));
  return person.reconnecting ? 'reconnecting' : worst?.text;
}

type Props = { person: Participant | Self; isOwn: boolean };

function PersonTile({ person, isOwn }: Props): ReactElement {
  const { name, speaking } = person;
  const tracks: ReadonlyMap<string, Track | LocalTrack> = person.tracks;
  const microphone = tracks.get('mic');
  const camera = tracks.get('camera');
  const isMuted = microphone?.muted ?? true;
  const isShown = camera?.muted === false;
  const trouble = troubleOf(person);
  const caption = isOwn ? `${name} (you)` : name;
  const label = [
    caption,
    isMuted ? 'microphone off' : 'microphone on',
    isShown ? 'camera on' : 'camera off',
    ...(speaking ? ['speaking'] : []),
    ...(trouble === undefined ? [] : [trouble]),
  ].join(', ');
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
