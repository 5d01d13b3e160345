import { ALL_PERMISSIONS, POWERS } from '../auth/Permissions.ts';
import type { Permissions } from '../auth/Permissions.ts';
import type { LogFields, LogLevel } from '../core/logFormat.ts';
import type { Logger } from '../core/logger.ts';
import type { KnownClient } from './KnownClient.ts';

/** The author of an act in a room. */
export interface Actor {
  /** The id of the peer, or of the key. */
  readonly id: string;
  /** A peer of the room, or a backend with a key of the server API. */
  readonly kind: 'peer' | 'key';
  /** The name of the contract that it acts by. */
  readonly gateway: string;
}

/** An actor that moderates, as far as its permissions go. */
export interface Moderator extends Actor {
  /** The name and the client of a peer. */
  readonly displayName?: string;
  readonly client?: KnownClient;
  readonly grants: Permissions;
  /** True for a peer that has left. */
  readonly closed: boolean;
  /** Logs an entry about the actor. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** Fulfilled when the requests that it has sent are answered. */
  answered(): Promise<void>;
}

/** An actor outside of a room as a moderator of it, with every power. */
export function outsideModerator(
  { id, kind, gateway }: Actor,
  { logger }: { readonly logger: Logger },
): Moderator {
  return {
    id,
    kind,
    gateway,
    grants: { ...ALL_PERMISSIONS, moderate: POWERS },
    closed: false,
    log: (level, message, fields) =>
      logger.write(level, message, { ...fields, [kind]: id }),
    answered: () => Promise.resolve(),
  };
}
