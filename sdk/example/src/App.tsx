import { useState } from 'react';
import type { ReactElement } from 'react';
import { VideoconfSDK } from 'videoconf-sdk';

import { Call } from './Call.tsx';
import { Entrance } from './Entrance.tsx';
import type { Entry } from './Entrance.tsx';

/** The key of a project. */
export type Key = { apiKey: string; projectId: string };

/** The address of the session is in that of the page, which people pass on. */
const PARAMETER = 'session';

/** The entrance, or the session that was entered. */
export function App({ projectKey }: { projectKey: Key }): ReactElement {
  const [call, setCall] = useState<{ sdk: VideoconfSDK; title: string }>();
  const [notice, setNotice] = useState('');
  const session = new URLSearchParams(location.search).get(PARAMETER);

  const enter = async ({ name, title, password }: Entry): Promise<void> => {
    const { apiKey, projectId } = projectKey;
    const sdk = new VideoconfSDK(apiKey, projectId, {
      displayName: name,
      // The parts tell how large videos are shown.
      adaptive: true,
    });
    setNotice('');
    try {
      if (session === null) {
        const address = await sdk.createSession(title, password);
        history.replaceState(null, '', `?${PARAMETER}=${address}`);
      } else {
        await sdk.joinSession(session, password);
      }
    } catch (error) {
      setNotice((error as Error).message);
      return;
    }
    setCall({ sdk, title });
    try {
      await sdk.initializeCall();
    } catch {
      // The buttons of the call open them one by one, and say what is wrong.
    }
  };

  return call ? (
    <Call
      {...call}
      onEnd={(reason) => {
        setCall(undefined);
        setNotice(reason);
      }}
    />
  ) : (
    <Entrance isInvited={session !== null} notice={notice} onEnter={enter} />
  );
}
