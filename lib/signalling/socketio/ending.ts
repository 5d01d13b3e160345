import type { CloseCode } from '../closeCodes.ts';

/** The end of a client's socket, for the log and the metrics. */
export interface Ending {
  /**
   * The close code by which the server closed it; or `client` if the client
   * left, `lost` if the connection was lost, `silent` if a ping was not
   * answered, or `protocolError`.
   */
  readonly reason: CloseCode | 'client' | 'lost' | 'silent' | 'protocolError';
  /** The option of the limit that was reached, if it was one. */
  readonly option?: string | undefined;
  /** The reason, as the client is told. */
  readonly detail?: string | undefined;
}

/** An end that the server has decided on. */
export interface Departure extends Ending {
  readonly reason: CloseCode;
  readonly detail: string;
}

/** The reasons of Socket.IO for the ends that the server has not decided on. */
const REASONS: Readonly<Record<string, Ending['reason']>> = {
  'client namespace disconnect': 'client',
  'transport close': 'lost',
  'transport error': 'lost',
  'ping timeout': 'silent',
};

/** The end of a socket for a reason of Socket.IO. */
export function endingFor(reason: string): Ending {
  return { reason: REASONS[reason] ?? 'protocolError' };
}

/** Tells if a client may be back on another connection. */
export function isBroken({ reason }: Ending): boolean {
  return reason === 'lost' || reason === 'silent';
}

/** The close codes after which clients are to reconnect by themselves. */
const RECONNECTED: ReadonlySet<Ending['reason']> = new Set<CloseCode>([
  'goingAway',
  'restart',
  'mediaLost',
  'unavailable',
  'full',
  'slowReader',
]);

/**
 * Tells if clients are to reconnect by themselves. Those of Socket.IO do so when
 * their connection closes, but not when they are disconnected from a namespace.
 */
export function isReconnected(code: CloseCode): boolean {
  return RECONNECTED.has(code);
}
