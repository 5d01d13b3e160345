import type { AppData } from '@atrium/protocol/protoo';

/**
 * The reason why something that a peer sends is not played: it is encrypted and
 * there is no key; it is encrypted with another key; or it is not encrypted,
 * although this page encrypts everything it sends.
 */
export type PlaybackIssue = 'noKey' | 'wrongKey' | 'unencrypted';

/** The `appData` of a producer whose frames are encrypted. */
export const ENCRYPTED: AppData = { e2ee: true };

/** The reason not to play a producer, as known from its `appData`. */
export function playbackIssueOf(
  appData: AppData,
  hasKey: boolean,
): PlaybackIssue | undefined {
  const encrypted = appData['e2ee'] === true;
  if (encrypted === hasKey) {
    return undefined;
  }
  return encrypted ? 'noKey' : 'unencrypted';
}
