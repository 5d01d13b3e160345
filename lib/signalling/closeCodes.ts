import type { EndReason } from '../rooms/events.ts';

/**
 * WebSocket close codes. protoo-client never retries after 4000 and retries
 * after every other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
 */
export const CLOSE_CODES = {
  goingAway: { code: 1001, meaning: 'The server stops; come back.' },
  notTheProtocol: {
    code: 1002,
    meaning: 'The frame is JSON, and not a message of the contract.',
  },
  notText: { code: 1003, meaning: 'The frame is binary.' },
  notJson: { code: 1007, meaning: 'The frame is not JSON, or not UTF-8.' },
  joinTimeout: {
    code: 1008,
    meaning: 'The connection did not join a room in time.',
    option: 'signalling.joinTimeout',
  },
  tooBig: {
    code: 1009,
    meaning: 'The frame is longer than allowed.',
    option: 'signalling.maxFrameBytes',
  },
  mediaLost: {
    code: 1012,
    meaning: 'The media worker under the room died; come back.',
  },
  restart: {
    code: 1012,
    meaning: 'The server was drained; come back, to this one or another.',
  },
  slowReader: {
    code: 1013,
    meaning:
      'The client did not read what was sent to it (limits.sendBufferBytes, limits.sendBufferBytesInAll), or too much had to be kept for it until it did (limits.keptBytesPerPeer, limits.keptBytesPerRoom, limits.keptBytes); come back.',
    option: 'limits.sendBufferBytes',
  },
  flooding: {
    code: 4008,
    meaning:
      'The client sent more messages than it may (limits.messagesPerSecond).',
    option: 'limits.messagesPerSecond',
  },
  ended: {
    code: 4000,
    meaning: 'The peer was put out for good; do not come back by yourself.',
  },
} as const satisfies Record<string, CloseReason>;

/** An entry of {@link CLOSE_CODES}. */
export interface CloseReason {
  code: number;
  meaning: string;
  /** The option that sets the limit, where one was met. */
  option?: string;
}

/** The name of a reason to close a connection. */
export type CloseCode = keyof typeof CLOSE_CODES;

/** How a connection is closed whose peer was put out of its room. */
export function closeCodeFor(reason: EndReason): [CloseCode, string] {
  switch (reason) {
    case 'replaced':
      return ['ended', 'replaced: a newer connection uses the same peerId'];
    case 'expired':
      return ['ended', 'expired: the token has ended; come with a new one'];
    case 'resumed':
      return ['ended', 'resumed: a newer connection of the client took over'];
    case 'workerDied':
      return ['mediaLost', 'the media worker of the room died; join again'];
    case 'shutdown':
      return ['goingAway', 'the server is stopping'];
    case 'restart':
      return ['restart', 'the server was drained and stops'];
    case 'limits.keptBytesPerPeer':
    case 'limits.keptBytesPerRoom':
    case 'limits.keptBytes':
      return [
        'slowReader',
        `${reason}: too much had to be kept that the client has not confirmed`,
      ];
    case 'empty':
    case 'left':
    case 'disconnected':
      return ['ended', 'the peer has left the room'];
  }
}
