import { useCallback, useState } from 'react';
import type { ReactElement } from 'react';

import { GridList } from './GridList.tsx';
import type { VideoGridProps } from './props.ts';
import { StreamTile } from './StreamTile.tsx';

/** Streams in a grid, with their sound. */
export function StreamGrid({
  streams,
  localStream,
  className,
}: VideoGridProps): ReactElement {
  const [refused, setRefused] = useState<ReadonlySet<HTMLVideoElement>>(
    new Set(),
  );
  const onRefused = useCallback(
    (video: HTMLVideoElement) => setRefused((all) => new Set(all).add(video)),
    [],
  );
  const playSound = (): void => {
    for (const video of refused) {
      video.muted = false;
    }
    setRefused(new Set());
  };
  return (
    <>
      {refused.size > 0 && (
        <button type="button" className="vc-button" onClick={playSound}>
          Play sound
        </button>
      )}
      <GridList
        className={className}
        tiles={[
          localStream && (
            <StreamTile key="local" name="You" stream={localStream} isOwn />
          ),
          ...[...(streams ?? [])].map(([id, stream]) => (
            <StreamTile
              key={id}
              name={id}
              stream={stream}
              onRefused={onRefused}
            />
          )),
        ].filter((tile) => tile !== null && tile !== undefined)}
      />
    </>
  );
}
