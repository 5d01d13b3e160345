import {
  deviceSentence,
  endSentence,
  INSECURE_PAGE,
  placeSentence,
  refusalSentence,
} from '../core/index.ts';
import type { Snapshot } from '../Snapshot.ts';
import type { VideoconfError } from '../VideoconfError.ts';
import type { Problem } from './Visit.ts';

/** Failures of sessions and of this package, in words for the user. */
const SENTENCES: Readonly<Record<string, string>> = {
  PASSWORD_WRONG:
    'The password is wrong. Ask the person who invited you for it.',
  SESSION_NOT_FOUND:
    'There is no session at this address any more. Ask for a link to another one.',
  SESSION_FULL: 'The session is full. Try again when someone has left.',
  UNREACHABLE: 'The server cannot be reached. Check your connection.',
  DELIVERY_UNKNOWN:
    'The connection broke while a message was being sent. It may not have arrived.',
  ENCRYPTION_FAILED:
    'Encryption has failed, and nothing is sent any more. Join again.',
};

/** The state of the room, where there is something to say about it. */
export function stateSentence({
  state,
  endReason,
  error,
  position = 1,
}: Snapshot): string | undefined {
  switch (state) {
    case 'idle':
    case 'connected':
      return undefined;
    case 'connecting':
      return error ? `${sentenceOf(error)} Trying again…` : 'Connecting…';
    case 'waiting':
      return `You will be let in when a moderator admits you. ${placeSentence(position)}`;
    case 'reconnecting':
      return `The connection was lost. ${error ? `${sentenceOf(error)} ` : ''}Reconnecting…`;
    case 'ended':
      return endReason === 'left' || !error
        ? 'You have left the meeting.'
        : sentenceOf(error);
  }
}

/** A failure that does not end the stay. */
export function problemSentence({ error, devices }: Problem): string {
  if (error.code !== 'DEVICE_FAILED') {
    return sentenceOf(error);
  }
  const name = navigator.mediaDevices
    ? (error.cause as Error).name
    : INSECURE_PAGE;
  return devices.length > 0
    ? deviceSentence(name, [...devices])
    : `Your screen could not be shared: ${error.message}`;
}

function sentenceOf(error: VideoconfError): string {
  if (error.code === 'CLOSED') {
    return endSentence(error.closing);
  }
  return Object.hasOwn(SENTENCES, error.code)
    ? (SENTENCES[error.code] ?? '')
    : refusalSentence(error);
}
