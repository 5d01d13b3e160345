import type { PlaybackIssue } from '../e2ee/playbackIssue.ts';
import type { RemotePeer } from '../RemotePeer.ts';
import { isolate } from './isolate.ts';
import type { Notices } from './Notices.ts';

const TEXTS: Record<PlaybackIssue, (names: string) => string> = {
  noKey: (names) =>
    `Sound and picture are encrypted end to end by ${names}, and this page has no key: you do not see and hear each other. The key is part of the room’s link. Ask for that and open it.`,
  wrongKey: (names) =>
    `Sound and picture cannot be decrypted: ${names} came by a link with another key than yours. All of you have to open the same link.`,
  unencrypted: (names) =>
    `Sound and picture are sent without encryption by ${names}, and so are not played here. Send the link of this room to whom you want to see and hear.`,
};

const LIST = new Intl.ListFormat('en');

/** Says at the head of the room whom keys keep from being seen and heard. */
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

  /** Says what is in the way of a peer, or no longer. */
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

  /** Forgets somebody who has left. */
  delete(peerId: string): void {
    for (const [kind] of this.#entries()) {
      this.#remove(kind, peerId);
    }
  }

  /** Forgets everybody. */
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
      const text = TEXTS[kind](LIST.format(names.map(isolate)));
      this.#notices.show(kind, { text, tone: 'warn' });
    }
  }
}
