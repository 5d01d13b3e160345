import { useState } from 'react';
import type { ReactElement } from 'react';
import type { VideoconfSDK } from 'videoconf-sdk';
import { VideoContainer } from 'videoconf-sdk/react';

/** A session that was entered, with a link to pass on. */
export function Call({
  sdk,
  title,
  onEnd,
}: {
  sdk: VideoconfSDK;
  title: string;
  onEnd: (reason: string) => void;
}): ReactElement {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <div className="call">
      <header>
        <h1>{title}</h1>
        <button type="button" onClick={() => void copy()}>
          {isCopied ? 'Link copied' : 'Copy link'}
        </button>
      </header>
      <VideoContainer
        sdk={sdk}
        onEnd={({ endReason, error }) => {
          sdk.close();
          onEnd(
            endReason === 'left'
              ? ''
              : (error?.message ?? 'The meeting has ended.'),
          );
        }}
      />
    </div>
  );
}
