import type { RemotePeer, RemotePeers } from 'videoconf-sdk/core';
import { announce } from './announce.ts';
import { find } from './find.ts';
import type { Floor } from './Floor.ts';
import type { PlayerIn } from './Player.ts';
import { ShareTile } from './ShareTile.ts';
import type { ShareContent } from './ShareTile.ts';
import { text } from '../texts/texts.ts';

/** The screens that others share, large and beside the people. */
export class Stage {
  readonly #list: HTMLUListElement;
  readonly #template: HTMLTemplateElement;
  readonly #tiles = new Map<string, ShareTile>();
  readonly #playerIn: PlayerIn;

  readonly #floor: Floor;

  constructor(root: ParentNode, playerIn: PlayerIn, floor: Floor) {
    this.#list = find(root, '#stage', HTMLUListElement);
    this.#template = find(document, '#share-template', HTMLTemplateElement);
    this.#playerIn = playerIn;
    this.#floor = floor;
  }

  /** Shows what is shared in a room. */
  follow(remotePeers: RemotePeers): void {
    remotePeers.on('peerJoined', (peer) => this.#show(peer));
    remotePeers.on('peerChanged', (peer) => this.#show(peer));
    remotePeers.on('peerLeft', ({ peerId }) => this.delete(peerId));
  }

  /** Shows a peer's screen, or shows it differently. */
  set(peerId: string, content: ShareContent): void {
    let tile = this.#tiles.get(peerId);
    if (!tile) {
      tile = new ShareTile(this.#template, this.#playerIn);
      this.#tiles.set(peerId, tile);
      this.#list.append(tile.element);
      this.#list.hidden = false;
      this.#floor.add(itemOf(peerId), 'screen', tile.element);
      announce(text('room.sharesScreen', { name: content.name }));
    }
    tile.update(content);
  }

  /** The content of the tile of a screen, by its id on the floor. */
  contentOf(id: string): ShareContent | undefined {
    return [...this.#tiles].find(([peerId]) => itemOf(peerId) === id)?.[1]
      .content;
  }

  delete(peerId: string): void {
    this.#tiles.get(peerId)?.remove();
    this.#tiles.delete(peerId);
    this.#floor.delete(itemOf(peerId));
    this.#list.hidden = this.#tiles.size === 0;
  }

  /** Plays the sound of every screen, from within a click. */
  playSound(): void {
    for (const tile of this.#tiles.values()) {
      tile.playSound();
    }
  }

  clear(): void {
    for (const peerId of this.#tiles.keys()) {
      this.delete(peerId);
    }
  }

  #show(peer: RemotePeer): void {
    // What keeps a screen from being seen is told at the person's own tile.
    const [screen, audio] = (['screen', 'screen-audio'] as const)
      .map((source) => peer.get(source))
      .map((producer) => (producer?.playbackIssue ? undefined : producer));
    if (!screen && !audio) {
      this.delete(peer.peerId);
      return;
    }
    this.set(peer.peerId, {
      name: peer.displayName,
      video: screen?.paused ? undefined : screen?.track,
      audio: audio?.track,
    });
  }
}

/** The id of a screen on the floor, where its owner has a tile as well. */
function itemOf(peerId: string): string {
  return `screen of ${peerId}`;
}
