import { Emitter } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import type {
  Method,
  Notification,
  NotificationData,
  Permissions,
  Reply,
  RequestArguments,
} from '@atrium/protocol/protoo';

/** A client in the lobby of the room. */
export type WaitingPeer = NotificationData<'peerWaiting'>;

/** A power over others in the room. */
export type Power = Permissions['moderate'][number];

/** The powers of moderators, unless a server is set to give them fewer. */
const POWERS = Object.keys({
  mute: true,
  stop: true,
  remove: true,
  lock: true,
  lobby: true,
  chat: true,
  metadata: true,
  spotlight: true,
  close: true,
  promote: true,
  invite: true,
} satisfies Record<Power, true>) as Power[];

type RoomControlsEvents = {
  /** Something has changed that can be read here. */
  change: [];
  reaction: [peerId: string, emoji: string];
  /** A moderator has cleared the chat. */
  chatCleared: [];
};

/**
 * The permissions of the user, the state of the room that moderators set, and the
 * clients that wait in its lobby. The server tells the others of what the user does;
 * here it is applied once the server has agreed.
 */
export class RoomControls extends Emitter<RoomControlsEvents> {
  readonly #client: RoomClient;
  readonly #peerId: string;
  readonly #waiting = new Map<string, WaitingPeer>();
  #role = 'member';
  #permissions: Permissions | undefined;
  #locked = false;
  #lobby = false;
  #spotlight: string | undefined;
  #handRaisedAt: number | undefined;
  #longestInvitation = 0;

  constructor(client: RoomClient, peerId: string) {
    super();
    this.#client = client;
    this.#peerId = peerId;
    client.on('begun', (reply) => this.#begin(reply));
    client.on('notification', (notification) => this.#handle(notification));
  }

  /** The role of the user. */
  get role(): string {
    return this.#role;
  }

  /** Undefined before the first join. */
  get permissions(): Permissions | undefined {
    return this.#permissions;
  }

  get locked(): boolean {
    return this.#locked;
  }

  get lobby(): boolean {
    return this.#lobby;
  }

  /** The id of the person in the spotlight, if anyone is. */
  get spotlight(): string | undefined {
    return this.#spotlight;
  }

  /** The time at which the user raised a hand; undefined while it is lowered. */
  get handRaisedAt(): number | undefined {
    return this.#handRaisedAt;
  }

  /** The longest time for which an invitation may be good, s. */
  get longestInvitation(): number {
    return this.#longestInvitation;
  }

  /** The clients in the lobby, for users who can let them in. */
  get waiting(): WaitingPeer[] {
    return [...this.#waiting.values()];
  }

  /** Tells if the user has a power over others. */
  can(power: Power): boolean {
    return this.#permissions?.moderate.includes(power) ?? false;
  }

  /**
   * True if the user may make others moderators: the server lets users give only the
   * permissions they have, and the page knows those of its own user's role alone.
   */
  get mayAppoint(): boolean {
    return (
      this.#role === 'moderator' || POWERS.every((power) => this.can(power))
    );
  }

  /**
   * Sends a request of the user to the room.
   *
   * @throws {Error} Without a stay, or if the server refuses.
   */
  request<M extends Method>(
    method: M,
    ...data: RequestArguments<M>
  ): Promise<Reply<M>> {
    return this.#client.request(method, ...data);
  }

  async setLocked(locked: boolean): Promise<void> {
    await this.request('lockRoom', { locked });
    this.#locked = locked;
    this.emit('change');
  }

  async setLobby(enabled: boolean): Promise<void> {
    await this.request('setLobby', { enabled });
    this.#lobby = enabled;
    this.emit('change');
  }

  /** Puts a person in the spotlight, or no one any more. */
  async setSpotlight(peerId: string | undefined): Promise<void> {
    await this.request('setSpotlight', { peerId: peerId ?? null });
    this.#spotlight = peerId;
    this.emit('change');
  }

  async clearChat(): Promise<void> {
    await this.request('clearChat');
    this.emit('chatCleared');
  }

  async raiseHand(raised: boolean): Promise<void> {
    const { handRaisedAt } = await this.request('raiseHand', { raised });
    this.#handRaisedAt = handRaisedAt ?? undefined;
    this.emit('change');
  }

  async react(emoji: string): Promise<void> {
    await this.request('react', { emoji });
    this.emit('reaction', this.#peerId, emoji);
  }

  /** Takes over the reply to a join. */
  #begin(reply: Reply<'joinRoom'>): void {
    this.#role = reply.self.role;
    this.#permissions = reply.self.permissions;
    this.#locked = reply.locked;
    this.#lobby = reply.lobby;
    this.#spotlight = reply.spotlight ?? undefined;
    this.#longestInvitation = reply.limits.invitationLifetime;
    this.#handRaisedAt = undefined;
    this.#waiting.clear();
    this.emit('change');
  }

  /** Follows what the server tells after the reply. */
  #handle({ method, data }: Notification): void {
    switch (method) {
      case 'permissionsChanged':
        this.#role = data.role;
        this.#permissions = data.permissions;
        if (!this.can('lobby')) {
          this.#waiting.clear();
        }
        break;
      case 'roomUpdated':
        this.#locked = data.locked ?? this.#locked;
        this.#lobby = data.lobby ?? this.#lobby;
        if (data.spotlight !== undefined) {
          this.#spotlight = data.spotlight ?? undefined;
        }
        break;
      case 'peerWaiting':
        this.#waiting.set(data.peerId, data);
        break;
      case 'peerWaitingLeft':
        this.#waiting.delete(data.peerId);
        break;
      case 'chatCleared':
        this.emit('chatCleared');
        return;
      case 'reaction':
        this.emit('reaction', data.peerId, data.emoji);
        return;
      default:
        return;
    }
    this.emit('change');
  }
}
