import { LiveMeeting } from './LiveMeeting.ts';

/** The meetings that have people in them, or about to enter. */
export class LiveMeetings {
  readonly #meetings = new Map<string, LiveMeeting>();

  /** The ids of the meetings with people in them. */
  get occupied(): string[] {
    return Array.from(this.#meetings.values())
      .filter(({ size }) => size > 0)
      .map(({ id }) => id);
  }

  /** The tickets of all who are connected, as hashes. */
  get ticketHashes(): string[] {
    return Array.from(
      this.#meetings.values(),
      ({ ticketHashes }) => ticketHashes,
    ).flat();
  }

  /** The numbers of people in all meetings, by their way in. */
  get counts(): { inRoom: number; bySocketAlone: number } {
    let inRoom = 0;
    let people = 0;
    for (const meeting of this.#meetings.values()) {
      inRoom += meeting.inRoom;
      people += meeting.size;
    }
    return { inRoom, bySocketAlone: people - inRoom };
  }

  /** A meeting with people in it or about to enter, if it is one. */
  get(id: string): LiveMeeting | undefined {
    return this.#meetings.get(id);
  }

  /** A meeting, which is forgotten again unless someone enters or holds it. */
  obtain(id: string): LiveMeeting {
    let meeting = this.#meetings.get(id);
    if (meeting === undefined) {
      const made = new LiveMeeting(id, () => this.#forget(made));
      meeting = made;
      this.#meetings.set(id, made);
    }
    return meeting;
  }

  /** Puts all out of a meeting that has ended. */
  end(id: string): void {
    const meeting = this.#meetings.get(id);
    if (meeting !== undefined) {
      this.#forget(meeting);
      meeting.end();
    }
  }

  #forget(meeting: LiveMeeting): void {
    // A later one may have the same id.
    if (this.#meetings.get(meeting.id) === meeting) {
      this.#meetings.delete(meeting.id);
    }
  }
}
