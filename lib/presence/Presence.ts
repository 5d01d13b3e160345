/** An event for a user rather than for the members of a room. */
export type UserEvent =
  /** The user has logged out; the tokens of the login are void. */
  | { readonly type: 'loginEnded'; readonly loginId: string }
  /** The account was deleted. */
  | { readonly type: 'accountDeleted' };

/** A session of a user, which can receive the user's events. */
export interface UserSession {
  /** Sends an event to the client, if its contract has such an event. */
  deliver(event: UserEvent): void;
}

/** The users who are connected, each with all of their sessions. */
export class Presence {
  readonly #sessions = new Map<string, Set<UserSession>>();

  /** The number of users with at least one session. */
  get users(): number {
    return this.#sessions.size;
  }

  /**
   * Adds a session of a user whose identity has been proved, until it is
   * disposed of.
   */
  register(userId: string, session: UserSession): Disposable {
    const sessions = this.#sessions.get(userId) ?? new Set();
    this.#sessions.set(userId, sessions);
    sessions.add(session);
    return {
      [Symbol.dispose]: () => {
        sessions.delete(session);
        // A later session may have made a new set, which is not to be removed.
        if (sessions.size === 0 && this.#sessions.get(userId) === sessions) {
          this.#sessions.delete(userId);
        }
      },
    };
  }

  /**
   * Sends an event to every session of a user.
   *
   * @returns The number of sessions; 0 if the user is not connected.
   */
  deliver(userId: string, event: UserEvent): number {
    // A session may close, or another open, because of the event.
    const sessions = Array.from(this.#sessions.get(userId) ?? []);
    for (const session of sessions) {
      session.deliver(event);
    }
    return sessions.length;
  }
}
