import type { ReactElement } from 'react';

import { ParticipantTiles } from './ParticipantTiles.tsx';
import type { VideoGridProps } from './props.ts';
import { StreamGrid } from './StreamGrid.tsx';

/**
 * People in a grid: those of the streams that it is given, or without streams all
 * who are in the room of the container.
 */
export function VideoGrid({
  streams,
  localStream,
  className,
}: VideoGridProps): ReactElement {
  return streams === undefined && localStream === undefined ? (
    <ParticipantTiles className={className} />
  ) : (
    <StreamGrid
      streams={streams}
      localStream={localStream}
      className={className}
    />
  );
}
