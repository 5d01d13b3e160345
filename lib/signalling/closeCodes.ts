import type { EndReason } from '../rooms/events.ts';

/**
 * WebSocket close codes. protoo-client never retries after 4000 and retries
 * after every other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
 */
export const CLOSE_CODES = {
  goingAway: {
    code: 1001,
    meaning: 'The server is stopping; reconnect later.',
  },
  notTheProtocol: {
    code: 1002,
    meaning: 'The frame is JSON but not a message of the contract.',
  },
  notText: { code: 1003, meaning: 'The frame is binary.' },
  notJson: {
    code: 1007,
    meaning: 'The frame is not JSON, or not valid UTF-8.',
  },
  joinTimeout: {
    code: 1008,
    meaning: 'The connection did not join a room in time.',
    option: 'signalling.joinTimeout',
  },
  tooBig: {
    code: 1009,
    meaning: 'The frame is larger than allowed.',
    option: 'signalling.maxFrameBytes',
  },
  unavailable: {
    code: 1011,
    meaning:
      'The database is away, or the server failed; what was sent last is lost. Reconnect later.',
    contract: 'chat',
  },
  mediaLost: {
    code: 1012,
    meaning: 'The media worker of the room died; reconnect.',
  },
  restart: {
    code: 1012,
    meaning:
      'The server has been drained; reconnect, to this server or another.',
  },
  slowReader: {
    code: 1013,
    meaning:
      'The client did not read its messages (limits.sendBufferBytes, limits.sendBufferBytesInAll), or too many events had to be kept for it (limits.keptBytesPerPeer, limits.keptBytesPerRoom, limits.keptBytes); reconnect.',
    option: 'limits.sendBufferBytes',
  },
  full: {
    code: 1013,
    meaning: 'The room or the server is full; try again later.',
    contract: 'chat',
  },
  loginEnded: {
    code: 4001,
    meaning: 'The user has logged out, or the account was deleted.',
    contract: 'chat',
  },
  roomDeleted: {
    code: 4004,
    meaning: 'The room was deleted; do not reconnect.',
    contract: 'chat',
  },
  flooding: {
    code: 4008,
    meaning: 'The client sent too many messages (limits.messagesPerSecond).',
    option: 'limits.messagesPerSecond',
  },
  ended: {
    code: 4000,
    meaning: 'The peer was removed for good; do not reconnect automatically.',
  },
} as const satisfies Record<string, CloseReason>;

/** An entry of {@link CLOSE_CODES}. */
export interface CloseReason {
  code: number;
  meaning: string;
  /** The option of the limit that was reached, if it was one. */
  option?: string;
  /** The only gateway that uses it, if not all do. */
  contract?: string;
}

/** The name of a reason to close a connection. */
export type CloseCode = keyof typeof CLOSE_CODES;

/** The close code and reason for a client whose peer is no longer in its room. */
export function closeCodeFor(reason: EndReason): [CloseCode, string] {
  switch (reason) {
    case 'replaced':
      return ['ended', 'replaced: a newer connection uses the same peerId'];
    case 'expired':
      return [
        'ended',
        'expired: the token has expired; reconnect with a new one',
      ];
    case 'deleted':
      return ['ended', 'deleted: the room was deleted'];
    case 'resumed':
      return ['ended', 'resumed: a newer connection of the client took over'];
    case 'workerDied':
      return ['mediaLost', 'the media worker of the room died; join again'];
    case 'shutdown':
      return ['goingAway', 'the server is stopping'];
    case 'restart':
      return ['restart', 'the server has been drained and is stopping'];
    case 'limits.keptBytesPerPeer':
    case 'limits.keptBytesPerRoom':
    case 'limits.keptBytes':
      return [
        'slowReader',
        `${reason}: too many events had to be kept that the client has not confirmed`,
      ];
    case 'empty':
    case 'left':
    case 'disconnected':
      return ['ended', 'the peer has left the room'];
  }
}
