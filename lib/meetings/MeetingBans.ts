import { BanList } from '../rooms/BanList.ts';
import type { KnownClient } from '../rooms/KnownClient.ts';
import type { RoomBans } from '../rooms/RoomBans.ts';
import { liveRoomIdOf, meetingIdOf } from './ids.ts';
import type { LiveMeetings } from './LiveMeetings.ts';

/**
 * The bans from the rooms of meetings, which concern the sockets of the meetings as
 * well.
 */
export class MeetingBans {
  readonly #bans: RoomBans;

  constructor(bans: RoomBans, live: LiveMeetings) {
    this.#bans = bans;
    bans.onChange((change) => {
      if (change.type === 'added') {
        const id = meetingIdOf(change.ban.roomId);
        (id === undefined ? undefined : live.get(id))?.enforce(change.ban);
      }
    });
  }

  /**
   * Makes sure that a person is not banned from a meeting, here or by another server
   * that shares the database, and that the person's ticket or token is newer than a
   * removal.
   *
   * @throws {AppError} BANNED, REMOVED.
   */
  async require(meetingId: string, person: KnownClient): Promise<void> {
    const list = new BanList();
    list.replace((await this.#bans.ofRoom(liveRoomIdOf(meetingId))) ?? []);
    list.requireAdmission(person);
  }
}
