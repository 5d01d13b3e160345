import type { PlaybackIssue, RemotePeer } from 'videoconf-sdk/core';
import type { Notices } from './Notices.ts';
import { list, text } from '../texts/texts.ts';

/** Notices about people who cannot be seen and heard because of encryption. */
export class PlaybackIssueNotices {
  readonly #notices: Notices;
  readonly #names: Record<PlaybackIssue, Map<string, string>> = {
    noKey: new Map(),
    wrongKey: new Map(),
    unencrypted: new Map(),
  };

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Updates the notices for a peer. */
  set({ peerId, displayName, playbackIssue }: RemotePeer): void {
    for (const [kind, names] of this.#entries()) {
      if (kind !== playbackIssue) {
        this.#remove(kind, peerId);
      } else if (names.get(peerId) !== displayName) {
        names.set(peerId, displayName);
        this.#show(kind);
      }
    }
  }

  /** Removes a peer that has left. */
  delete(peerId: string): void {
    for (const [kind] of this.#entries()) {
      this.#remove(kind, peerId);
    }
  }

  /** Removes all peers. */
  clear(): void {
    for (const [kind, names] of this.#entries()) {
      names.clear();
      this.#show(kind);
    }
  }

  #entries(): [PlaybackIssue, Map<string, string>][] {
    return Object.entries(this.#names) as [
      PlaybackIssue,
      Map<string, string>,
    ][];
  }

  #remove(kind: PlaybackIssue, peerId: string): void {
    if (this.#names[kind].delete(peerId)) {
      this.#show(kind);
    }
  }

  #show(kind: PlaybackIssue): void {
    const names = [...this.#names[kind].values()];
    if (names.length === 0) {
      this.#notices.clear(kind);
    } else {
      this.#notices.show(kind, {
        text: () => text(`playback.${kind}`, { names: list(names) }),
        tone: 'warn',
      });
    }
  }
}
