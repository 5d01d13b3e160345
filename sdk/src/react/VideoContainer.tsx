import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';

import { Chat } from './Chat.tsx';
import { classes } from './classes.ts';
import { clientKey, enterPlace, makeClient, placeKey } from './client.ts';
import { visitContext } from './context.ts';
import { Controls } from './Controls.tsx';
import type { VideoContainerProps } from './props.ts';
import { RoomAudio } from './RoomAudio.tsx';
import { Status } from './Status.tsx';
import { useStyles } from './useStyles.ts';
import { VideoGrid } from './VideoGrid.tsx';
import { Visit } from './Visit.ts';

/**
 * A room, or a session, for the parts in it, which is entered when the container
 * is mounted, and left when it is unmounted. It plays the sound of the others.
 * Without children it is a whole meeting.
 */
export function VideoContainer(
  props: VideoContainerProps & { children?: ReactNode },
): ReactElement | null {
  // There is neither media nor an address on a server that renders pages.
  const isBrowser = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  return isBrowser ? <Container {...props} /> : null;
}

const neverChanges = (): (() => void) => () => {};

function Container(
  props: VideoContainerProps & { children?: ReactNode },
): ReactElement {
  useStyles();
  const { className, children } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const client = clientKey(props);
  const visit = useMemo(
    () => new Visit(makeClient(props, () => latest.current)),
    [client],
  );
  useEffect(
    () =>
      visit.listen({
        failed: (error) => latest.current.onError?.(error),
        ended: (snapshot) => latest.current.onEnd?.(snapshot),
      }),
    [visit],
  );
  const place = placeKey(props);
  useEffect(() => {
    if (place === undefined) {
      return undefined;
    }
    const { microphone = false, camera = false } = latest.current;
    return visit.go({
      key: place,
      microphone,
      camera,
      enter: () => enterPlace(visit.sdk, latest.current),
    });
  }, [visit, place]);
  const { Provider } = visitContext();
  return (
    <Provider value={visit}>
      <div className={classes('vc-container', className)}>
        <RoomAudio />
        {children ?? (
          <>
            <Status />
            <VideoGrid />
            <Chat />
            <Controls />
          </>
        )}
      </div>
    </Provider>
  );
}
