import { AtriumError } from '@atrium/server-sdk';

/** A failure in a sentence. */
export function faultOf(error: unknown): string {
  if (!(error instanceof AtriumError)) {
    return error instanceof Error ? error.message : String(error);
  }
  switch (error.code) {
    case 'UNREACHABLE':
      return 'The server does not answer.';
    case 'API_KEY_INVALID':
      return 'This key is not valid: its id or its secret is wrong, or it has expired.';
    case 'API_SCOPE_MISSING':
      return 'This key may not do that: it lacks the scope.';
    case 'API_DISABLED':
      return 'The server API is off: the configuration has no key in auth.apiKeys.';
    case 'NODE_NOT_FOUND':
      return 'The server has stopped, or started again.';
    case 'NODE_UNREACHABLE':
      return 'The server does not answer.';
    case 'NODE_DISAGREES':
      return 'The server does not accept this key: its configuration is another one.';
    case 'ROOM_NOT_FOUND':
      return 'The room is no longer open.';
    case 'PEER_NOT_FOUND':
      return 'The peer is no longer there.';
    default:
      return error.message;
  }
}

/** True if the key is no longer accepted. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AtriumError && error.status === 401;
}
