import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';

import { useVisit } from './context.ts';
import { useVideoconf } from './hooks.ts';
import { problemSentence, stateSentence } from './sentences.ts';
import { useStyles } from './useStyles.ts';

/**
 * Everything about the connection that the user should know: connecting,
 * reconnecting, the end with its reason, failures, and sound that waits for a
 * click. Empty as long as all is well.
 */
export function Status(): ReactElement {
  useStyles();
  const visit = useVisit('Status');
  const videoconf = useVideoconf();
  const { problem } = useSyncExternalStore(
    visit.subscribe,
    visit.getSnapshot,
    visit.getSnapshot,
  );
  const { state, audioBlocked, sdk } = videoconf;
  const hasEnded = state === 'ended';
  const sentence = stateSentence(videoconf);
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that had the focus has just gone.
    if (hasEnded && document.activeElement === document.body) {
      text.current?.focus();
    }
  }, [hasEnded]);
  return (
    <div className="vc-status" data-state={state} role="status">
      {sentence !== undefined && (
        <div className="vc-notice">
          <p ref={text} tabIndex={-1}>
            {sentence}
          </p>
          {hasEnded && visit.canGoAgain && (
            <Button onClick={() => visit.goAgain()}>Join again</Button>
          )}
        </div>
      )}
      {problem && (
        <div className="vc-notice" data-problem>
          <p>{problemSentence(problem)}</p>
          <Button onClick={visit.dismiss}>Dismiss</Button>
        </div>
      )}
      {audioBlocked && !hasEnded && (
        <div className="vc-notice">
          <p>Your browser waits for a click before it plays sound.</p>
          <Button onClick={() => void sdk.startAudio()}>Play sound</Button>
        </div>
      )}
    </div>
  );
}

function Button({
  onClick,
  children,
}: {
  onClick: () => void;
  children: string;
}): ReactElement {
  return (
    <button type="button" className="vc-button" onClick={onClick}>
      {children}
    </button>
  );
}
