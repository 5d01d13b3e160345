import { BanList } from '../rooms/BanList.ts';
import type { Ban, RoomBans } from '../rooms/RoomBans.ts';
import type { LiveCall } from './LiveCall.ts';
import type { LiveCalls } from './LiveCalls.ts';
import { callIdOf, liveRoomIdOf, roomUserIdOf } from './liveRoomIds.ts';
import type { Participant } from './Participant.ts';
import type { Caller } from './types.ts';

/** The bans from the rooms of calls, which concern the calls themselves as well. */
export class CallBans {
  readonly #bans: RoomBans;

  constructor(bans: RoomBans, live: LiveCalls) {
    this.#bans = bans;
    bans.onChange((change) => {
      if (change.type === 'added') {
        const id = callIdOf(change.ban.roomId);
        const call = id === undefined ? undefined : live.find(id);
        if (call !== undefined) {
          enforce(call, change.ban);
        }
      }
    });
  }

  /**
   * Makes sure that a caller is not banned from a call, and removes participants that
   * another server has banned, which shares the database.
   *
   * @throws {AppError} BANNED.
   */
  async require(call: LiveCall, caller: Caller): Promise<void> {
    const bans = (await this.#bans.ofRoom(liveRoomIdOf(call.id))) ?? [];
    for (const ban of bans) {
      // A removal took effect at once, and its person may have come back since.
      if (
        ban.issuedUntil === undefined &&
        participantOf(call, ban) !== undefined
      ) {
        enforce(call, ban);
      }
    }
    const list = new BanList();
    list.replace(bans);
    list.requireAdmission({ userId: roomUserIdOf(caller) });
  }
}

/** Removes the person of a ban from a call and its ringing. */
function enforce(call: LiveCall, ban: Ban): void {
  const { userId, issuedUntil } = ban;
  const participant = participantOf(call, ban);
  // A removal on another server arrives late, and its person may have come back.
  const hasReturned =
    participant !== undefined &&
    issuedUntil !== undefined &&
    participant.record.joinedAt > issuedUntil;
  if (userId !== undefined && !hasReturned) {
    call.expel(
      participant?.caller ?? {
        key: `user:${userId}`,
        userId,
        guestId: undefined,
      },
      issuedUntil === undefined
        ? 'a moderator has banned the participant from the call'
        : 'a moderator has removed the participant from the call',
    );
  }
}

function participantOf(
  { participants }: LiveCall,
  { userId }: Ban,
): Participant | undefined {
  return Array.from(participants.values()).find(
    ({ caller }) => roomUserIdOf(caller) === userId,
  );
}
