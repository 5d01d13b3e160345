import type { RoomClaim, RoomDirectory } from '../cluster/RoomDirectory.ts';
import { claimRoom } from '../rooms/claimRoom.ts';
import { liveRoomIdOf } from './ids.ts';
import { LiveMeeting } from './LiveMeeting.ts';

/** The meetings that have people in them, or about to enter. */
export class LiveMeetings {
  readonly #directory: RoomDirectory;
  readonly #meetings = new Map<string, LiveMeeting>();
  /** The claims of the meetings, granted or pending, until they are forgotten. */
  readonly #claims = new Map<LiveMeeting, Promise<RoomClaim>>();

  /** @param directory - The nodes that have the meetings, as their rooms. */
  constructor(directory: RoomDirectory) {
    this.#directory = directory;
  }

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

  /**
   * Makes this node the home of a meeting that is held, until it is forgotten.
   *
   * @throws {AppError} ROOM_ELSEWHERE, CLUSTER_UNAVAILABLE, SHUTTING_DOWN.
   */
  async claim(meeting: LiveMeeting): Promise<void> {
    let claim = this.#claims.get(meeting);
    if (claim === undefined) {
      const roomId = liveRoomIdOf(meeting.id);
      claim = claimRoom(this.#directory, roomId, () => {
        this.#forget(meeting);
        meeting.end('moved');
      });
      this.#claims.set(meeting, claim);
      // Another try may succeed.
      claim.catch(() => this.#claims.delete(meeting));
    }
    await claim;
  }

  /** Puts all out of a meeting that has ended. */
  end(id: string): void {
    const meeting = this.#meetings.get(id);
    if (meeting !== undefined) {
      this.#forget(meeting);
      meeting.end('ended');
    }
  }

  #forget(meeting: LiveMeeting): void {
    // A later one may have the same id.
    if (this.#meetings.get(meeting.id) === meeting) {
      this.#meetings.delete(meeting.id);
    }
    const claim = this.#claims.get(meeting);
    this.#claims.delete(meeting);
    claim?.then(
      (held) => held.release(),
      () => undefined,
    );
  }
}
