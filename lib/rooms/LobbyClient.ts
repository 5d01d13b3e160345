import type { RoomEnd } from './events.ts';

/** The reason for which a client no longer waits, without having been let in. */
export type LobbyEnd = RoomEnd | 'rejected' | 'banned' | 'replaced';

/** The place of a client in a lobby. */
export interface LobbyPlace {
  /** The place in line, from 1; 0 once the client is let in. */
  readonly position: number;
  /** Gives the place up. */
  leave(): void;
}

/** A client that can wait in a lobby. Must not throw. */
export interface LobbyClient {
  /** The client waits from now on. */
  waits(place: LobbyPlace): void;
  /** Clients ahead of it have left the lobby. */
  moved(position: number): void;
  /** The client may join the room, and has to do so itself. */
  admitted(): void;
  /** The client no longer waits, and is not let in. */
  ended(reason: LobbyEnd): void;
}
