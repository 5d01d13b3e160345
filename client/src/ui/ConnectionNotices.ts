import type { MediaPath, RoomClient, RoomState } from 'videoconf-sdk/core';

import { interruptionSentence, restartSentence } from '../failures.ts';
import { text } from '../texts/texts.ts';
import type { Notices } from './Notices.ts';

/** The notices about the connection to a room, of signalling and of media. */
export class ConnectionNotices {
  readonly #notices: Notices;
  #client: RoomClient | undefined;
  #path: MediaPath = 'open';
  /** The time by which the server restarts, ms since the epoch; undefined: it does not. */
  #restartBy: number | undefined;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Tells of the connection of a client. */
  follow(client: RoomClient): void {
    this.#client = client;
    this.#path = 'open';
    client.on('path', (path) => {
      this.#path = path;
      this.#showPath();
    });
    this.#restartBy = undefined;
    client.on('draining', (deadline) => {
      this.#restartBy = deadline;
      this.#showDraining();
    });
  }

  /** Shows that the room has been joined. */
  showJoined(): void {
    this.#notices.clear('connection');
    this.#showPath();
    this.#showDraining();
  }

  /** Shows that the connection is interrupted, and offers to try again at once. */
  showInterruption({
    close,
    refusal,
  }: Extract<RoomState, { name: 'reconnecting' }>): void {
    this.#showPath();
    this.#showDraining();
    this.#notices.show('connection', {
      text: () => interruptionSentence(close, refusal),
      tone: 'wait',
      action: {
        label: () => text('common.tryNow'),
        run: () => this.#client?.retryNow(),
      },
    });
  }

  /** Not shown without a connection, which has a notice of its own. */
  #showPath(): void {
    const path = this.#path;
    if (path === 'open' || this.#client?.state.name !== 'joined') {
      this.#notices.clear('path');
      return;
    }
    this.#notices.show('path', {
      text: () => text(`room.${path}`),
      tone: 'wait',
      action: {
        label: () => text('common.rejoin'),
        run: () => this.#client?.rejoin(),
      },
    });
  }

  /** Not shown without a connection: then the notice about that tells of the restart. */
  #showDraining(): void {
    this.#notices.clear('draining');
    const restartBy = this.#restartBy;
    if (restartBy !== undefined && this.#client?.state.name === 'joined') {
      this.#notices.show('draining', {
        text: () => restartSentence(restartBy),
        tone: 'wait',
      });
    }
  }
}
