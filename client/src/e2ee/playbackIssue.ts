import type { AppData } from '../protocol.ts';

/**
 * Why something that a peer sends is not played: it is encrypted and there is no
 * key; it is encrypted with another key; it is not encrypted, though everything
 * is that is sent from here.
 */
export type PlaybackIssue = 'noKey' | 'wrongKey' | 'unencrypted';

/** What a producer's `appData` says where its frames are encrypted. */
export const ENCRYPTED: AppData = { e2ee: true };

/** What keeps a producer from being received from the first. */
export function obstacleTo(
  appData: AppData,
  hasKey: boolean,
): PlaybackIssue | undefined {
  const encrypted = appData['e2ee'] === true;
  if (encrypted === hasKey) {
    return undefined;
  }
  return encrypted ? 'noKey' : 'unencrypted';
}
