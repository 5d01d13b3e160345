import type { RoomClient, ScreenShare } from 'videoconf-sdk/core';
import { ConfirmDialog } from './ConfirmDialog.ts';
import { text } from '../texts/texts.ts';

/** The end of a visit by the user, with a question first while they present. */
export class Departure {
  readonly #confirm = new ConfirmDialog();
  #client: RoomClient | undefined;
  #share: ScreenShare | undefined;

  constructor() {
    window.addEventListener('beforeunload', (event) => {
      if (this.#presents()) {
        event.preventDefault();
      }
    });
  }

  follow(client: RoomClient, share: ScreenShare): void {
    this.#client = client;
    this.#share = share;
  }

  /** Leaves the room; a user who presents to several people is asked first. */
  async leave(): Promise<void> {
    const client = this.#client;
    const agreed =
      !this.#presents() ||
      (client?.remotePeers.peers.length ?? 0) < 2 ||
      (await this.#confirm.ask({
        text: () => text('room.leaveSharing'),
        action: () => text('room.leaveRoom'),
      })) !== undefined;
    if (agreed) {
      client?.leave();
    }
  }

  /** Withdraws the question. */
  close(): void {
    this.#confirm.close();
  }

  #presents(): boolean {
    return this.#share?.state === 'on' && this.#client?.state.name !== 'ended';
  }
}
