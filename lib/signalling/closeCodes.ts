import type { EndReason, KeptLimit } from '../rooms/events.ts';
import type { LobbyEnd } from '../rooms/LobbyClient.ts';

/**
 * The name of a reason for which the server closes a connection: one for which a
 * peer leaves its room, or one that lies in the connection.
 */
export type ClosingName =
  | Exclude<EndReason, KeptLimit | 'moved'>
  | 'rejected'
  | 'slow'
  | 'flood'
  | 'protocol';

/**
 * WebSocket close codes. protoo-client never retries after 4000 and retries
 * after every other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
 */
export const CLOSE_CODES = {
  goingAway: {
    code: 1001,
    name: 'shutdown',
    meaning: 'The server is stopping; reconnect later.',
  },
  notTheProtocol: {
    code: 1002,
    name: 'protocol',
    meaning: 'The frame is JSON but not a message of the contract.',
  },
  notText: {
    code: 1003,
    name: 'protocol',
    meaning: 'The frame is binary.',
  },
  notJson: {
    code: 1007,
    name: 'protocol',
    meaning: 'The frame is not JSON, or not valid UTF-8.',
  },
  joinTimeout: {
    code: 1008,
    name: 'protocol',
    meaning: 'The connection did not join a room in time.',
    option: 'signalling.joinTimeout',
  },
  tooBig: {
    code: 1009,
    name: 'protocol',
    meaning: 'The frame is larger than allowed.',
    option: 'signalling.maxFrameBytes',
  },
  unavailable: {
    code: 1011,
    meaning:
      'The database is away, or the Redis of a cluster while the room was not open, or the server failed; what was sent last is lost. Reconnect later.',
    contracts: ['chat'],
  },
  mediaLost: {
    code: 1012,
    name: 'workerDied',
    meaning: 'The media worker of the room died; reconnect.',
  },
  restart: {
    code: 1012,
    name: 'restart',
    meaning:
      'The server has been drained; reconnect, to this server or another.',
  },
  moved: {
    code: 1012,
    name: 'restart',
    meaning: 'The room is at another node of the cluster; reconnect.',
  },
  slowReader: {
    code: 1013,
    name: 'slow',
    meaning:
      'The client did not read its messages (limits.sendBufferBytes, limits.sendBufferBytesInAll), or too many events had to be kept for it (limits.keptBytesPerPeer, limits.keptBytesPerRoom, limits.keptBytes); reconnect.',
    option: 'limits.sendBufferBytes',
  },
  full: {
    code: 1013,
    meaning:
      'The room, the session or the server is full, or the room is locked or has a lobby; try again later.',
    contracts: ['chat', 'meetings'],
  },
  loginEnded: {
    code: 4001,
    meaning: 'The user has logged out, or the account was deleted.',
    contracts: ['chat', 'meetings'],
  },
  roomDeleted: {
    code: 4004,
    meaning:
      'The room was deleted, or the session has ended; do not reconnect.',
    contracts: ['chat', 'meetings'],
  },
  flooding: {
    code: 4008,
    name: 'flood',
    meaning: 'The client sent too many messages (limits.messagesPerSecond).',
    option: 'limits.messagesPerSecond',
  },
  ended: {
    code: 4000,
    name: 'left',
    meaning: 'The peer was removed for good; do not reconnect automatically.',
  },
} as const satisfies Record<string, CloseReason>;

/** The codes of clients that mean more to the server than a goodbye. */
export const CLIENT_CLOSE_CODES = {
  returning: {
    code: 4900,
    meaning:
      'The client will be back: its peer is kept for rooms.resumeTimeout, as after a broken connection, even if its media is lost meanwhile.',
  },
} as const satisfies Record<string, CloseReason>;

/** An entry of {@link CLOSE_CODES}. */
export interface CloseReason {
  code: number;
  /** The name of the reason, for clients that are told before the end. */
  name?: ClosingName;
  meaning: string;
  /** The option of the limit that was reached, if it was one. */
  option?: string;
  /** The gateways that use it, if not all do. */
  contracts?: readonly string[];
}

/** The name of a reason to close a connection. */
export type CloseCode = keyof typeof CLOSE_CODES;

/** More about the end of a connection, where the close code does not say it. */
export interface CloseDetails {
  /** The option that set the limit, for the log. */
  option?: string | undefined;
  /** The name of the reason, for clients that are told before the end. */
  name?: ClosingName | undefined;
  /** Seconds until trying again makes sense, where that is known. */
  retryAfter?: number | undefined;
}

/** The announcement that the server is about to close a connection. */
export interface Closing {
  /** The WebSocket close code that follows. */
  code: number;
  name: ClosingName;
  /** The close reason, whole: a close frame may have to cut it. */
  reason: string;
  retryAfter?: number | undefined;
}

/**
 * The announcement of a close; undefined where the contracts that use the code
 * announce none.
 */
export function closingFor(
  close: CloseCode,
  reason: string,
  { name, retryAfter }: CloseDetails,
): Closing | undefined {
  const { code, name: usual }: CloseReason = CLOSE_CODES[close];
  const chosen = name ?? usual;
  return chosen && { code, name: chosen, reason, retryAfter };
}

/** The arguments with which a link is closed. */
export type CloseArguments = [
  code: CloseCode,
  reason: string,
  details?: CloseDetails,
];

/**
 * The close code and reason for a client whose peer is no longer in its room, or
 * that no longer waits in the lobby.
 */
export function closeCodeFor(reason: EndReason | LobbyEnd): CloseArguments {
  switch (reason) {
    case 'replaced':
      return [
        'ended',
        'replaced: a newer connection uses the same peerId',
        { name: reason },
      ];
    case 'expired':
      return [
        'ended',
        'expired: the token has expired; reconnect with a new one',
        { name: reason },
      ];
    case 'removed':
      return [
        'ended',
        'removed: a moderator removed the peer from the room',
        { name: reason },
      ];
    case 'rejected':
      return [
        'ended',
        'rejected: a moderator did not let the peer in',
        { name: reason },
      ];
    case 'empty':
      return [
        'ended',
        'empty: the room closed, because no one was in it',
        { name: reason },
      ];
    case 'banned':
      return [
        'ended',
        'banned: a moderator removed the peer from the room, which it cannot enter again',
        { name: reason },
      ];
    case 'closed':
      return ['ended', 'closed: a moderator closed the room', { name: reason }];
    case 'deleted':
      return ['ended', 'deleted: the room was deleted', { name: reason }];
    case 'resumed':
      return [
        'ended',
        'resumed: a newer connection of the client took over',
        { name: reason },
      ];
    case 'workerDied':
      return ['mediaLost', 'the media worker of the room died; join again'];
    case 'shutdown':
      return ['goingAway', 'the server is stopping'];
    case 'restart':
      return ['restart', 'the server has been drained and is stopping'];
    case 'moved':
      return ['moved', 'the room is at another node of the cluster; reconnect'];
    case 'limits.keptBytesPerPeer':
    case 'limits.keptBytesPerRoom':
    case 'limits.keptBytes':
      return [
        'slowReader',
        `${reason}: too many events had to be kept that the client has not confirmed`,
        { option: reason },
      ];
    case 'left':
    case 'disconnected':
      return ['ended', 'the peer has left the room', { name: reason }];
  }
}
