import type { MediaState, Participant, Signal } from './protocol.ts';

/** Another person in the call. */
export type Person = Participant & { media: MediaState };

/** The services of the server that the media of a call needs. */
export type CallServices = {
  /** A token that has not expired. */
  token: () => Promise<string>;
  iceServers: () => Promise<RTCIceServer[]>;
  signal: (participantId: string, signal: Signal) => void;
};

/** The part in a direct connection. */
export type DirectRole = 'offerer' | 'answerer';

/** The one who joined first makes the offers. */
export function roleOf(
  joinedAt: string,
  participantId: string,
  other: Person,
): DirectRole {
  const own = `${joinedAt} ${participantId}`;
  return own < `${other.joinedAt} ${other.participantId}`
    ? 'offerer'
    : 'answerer';
}
