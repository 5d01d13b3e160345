import { BanList, isTargetOf } from './BanList.ts';
import type { Broadcast } from './Broadcast.ts';
import type { LeaveReason } from './events.ts';
import { isSamePerson, marksOf } from './KnownClient.ts';
import type { KnownClient } from './KnownClient.ts';
import type { Lobby } from './Lobby.ts';
import type { Ban, BanChange, RoomBans } from './RoomBans.ts';
import type { RoomRecord } from './RoomRecords.ts';

/** The time after which the bans of an open room are read again, ms. */
const FRESH = 5_000;

/** The most clients that a ban of their network spares. */
const MOST_SPARED = 500;

/** A member that may be banned. */
interface Member {
  readonly id: string;
  readonly displayName: string;
  readonly client: KnownClient;
  close(reason: LeaveReason, reasonForClient: 'removed' | 'banned'): void;
}

/** A live room, as its bans see it. */
interface BannedRoom {
  readonly id: string;
  /** True if people enter without an account: then bans keep out networks as well. */
  readonly isOpen: boolean;
  readonly record: Pick<RoomRecord, 'clients' | 'isOpen'> | undefined;
  /** The members, as they are at any time. */
  readonly members: ReadonlyMap<string, Member>;
  readonly broadcast: Pick<Broadcast, 'endObserversOf'>;
  readonly lobby: Pick<Lobby, 'enforce'>;
}

/** The bans of a live room, and their effect on its members. */
export class LiveBans {
  readonly #room: BannedRoom;
  readonly #stored: RoomBans;
  readonly #list = new BanList();
  #readAt = performance.now();
  #reading: Promise<void> | undefined;

  /**
   * @param stored - The bans of all rooms.
   * @param bans - The bans of the room when it opens.
   */
  constructor(room: BannedRoom, stored: RoomBans, bans: readonly Ban[]) {
    this.#room = room;
    this.#stored = stored;
    this.#list.replace(bans);
  }

  /**
   * Makes sure that a client is not banned, and that its token is newer than its
   * removal.
   *
   * @throws {AppError} BANNED, REMOVED.
   */
  requireNotBanned(client: KnownClient): void {
    this.#list.requireAdmission(client);
  }

  /** Tells if a client is banned, or was removed. */
  keepsOut(client: KnownClient): boolean {
    return this.#list.find(client) !== undefined;
  }

  /**
   * Removes a member, with any others that are the same person, and keeps that
   * person out. Where people enter without an account, the network of the member is
   * kept out as well, except for the clients in it that are in the room now.
   */
  ban(target: Member, by: string, until: Date | undefined): void {
    const { client, id: peerId, displayName } = target;
    const { id: roomId, isOpen } = this.#room;
    this.#stored.add({
      roomId,
      userId: client.accountId ?? client.userId,
      ...(isOpen
        ? {
            secretHash: client.secretHash,
            network: client.network,
            spared: this.#sparedBy(client),
          }
        : { spared: [] }),
      peerId,
      displayName,
      bannedBy: by,
      expiresAt: until,
    });
    // Without a token and a secret, the ban does not find the member itself.
    target.close('removed', 'banned');
  }

  /**
   * Removes a member that came by a token, with any others that are the same person,
   * and keeps out the tokens that the person may have by now. Where anyone gets a
   * token without an account, a newer one says nothing: then the client and its
   * network are kept out as by a ban, except for clients with an account.
   *
   * @param until - The end; tokens have usually expired by then.
   */
  remove(target: Member, by: string, until: Date): void {
    const { client, id: peerId, displayName } = target;
    if (client.issuedAt !== undefined) {
      const { id: roomId, record } = this.#room;
      const needsNoAccount =
        record?.isOpen === true && client.accountId === undefined;
      this.#stored.add({
        roomId,
        userId: client.accountId ?? client.userId,
        // The clock of the issuer may be ahead.
        issuedUntil: new Date(Math.max(Date.now(), client.issuedAt)),
        ...(needsNoAccount
          ? {
              secretHash: client.secretHash,
              network: client.network,
              spared: this.#sparedBy(client),
            }
          : { spared: [] }),
        peerId,
        displayName,
        bannedBy: by,
        expiresAt: until,
      });
    }
    target.close('removed', 'removed');
  }

  /** Puts a change of the bans of the room into effect. */
  apply(change: BanChange): void {
    if (change.type === 'added') {
      this.#list.add(change.ban);
      this.#enforce(change.ban);
    } else {
      this.#list.delete(change.id);
    }
  }

  /**
   * Reads the bans again if that was a while ago, and puts new ones into effect:
   * another server that shares the database may have added some.
   *
   * @returns Undefined if there is no need to read.
   */
  refresh(): Promise<void> | undefined {
    if (performance.now() - this.#readAt >= FRESH) {
      this.#reading ??= this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<void> {
    const bans = await this.#stored.ofRoom(this.#room.id);
    this.#readAt = performance.now();
    this.#reading = undefined;
    if (bans !== undefined) {
      this.#list.replace(bans).forEach((ban) => this.#enforce(ban));
    }
  }

  /** The marks of the other persons on the network of a client. */
  #sparedBy(client: KnownClient): string[] {
    const { members, record } = this.#room;
    return [
      ...Array.from(members.values(), (member) => member.client),
      ...(record?.clients ?? []),
    ]
      .filter(
        (it) => it.network === client.network && !isSamePerson(it, client),
      )
      .flatMap(marksOf)
      .slice(0, MOST_SPARED);
  }

  /** Removes the members that are the person of a ban, and ends the waits of those it keeps out. */
  #enforce(ban: Ban): void {
    const isWhole = ban.issuedUntil === undefined;
    for (const member of Array.from(this.#room.members.values())) {
      if (isTargetOf(ban, member.client)) {
        member.close('removed', isWhole ? 'banned' : 'removed');
      }
    }
    if (ban.userId !== undefined && isWhole) {
      this.#room.broadcast.endObserversOf(ban.userId);
    }
    this.#room.lobby.enforce(ban);
  }
}
