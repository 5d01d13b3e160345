import { find } from './find.ts';
import type { Floor } from './Floor.ts';
import type { PlayerIn } from './Player.ts';
import { Tile } from './Tile.ts';
import type { TileContent } from './Tile.ts';

/** The people in the room, each in a tile on the floor. */
export class Grid {
  readonly #list: HTMLUListElement;
  readonly #emptySeat: HTMLLIElement;
  readonly #template: HTMLTemplateElement;
  readonly #tiles = new Map<string, Tile>();
  readonly #playerIn: PlayerIn;
  readonly #floor: Floor;
  #spotlight: string | undefined;

  constructor(root: ParentNode, playerIn: PlayerIn, floor: Floor) {
    this.#list = find(root, '#grid', HTMLUListElement);
    this.#emptySeat = find(root, '#empty-seat', HTMLLIElement);
    this.#template = find(document, '#tile-template', HTMLTemplateElement);
    this.#playerIn = playerIn;
    this.#floor = floor;
  }

  /** The number of people shown, including the user. */
  get size(): number {
    return this.#tiles.size;
  }

  /** Shows a person, or shows them differently. */
  set(peerId: string, content: TileContent): void {
    let tile = this.#tiles.get(peerId);
    if (!tile) {
      tile = new Tile(this.#template, peerId, this.#playerIn);
      this.#tiles.set(peerId, tile);
      this.#list.insertBefore(tile.element, this.#emptySeat);
      this.#floor.add(peerId, content.self ? 'self' : 'person', tile.element);
      this.#seat();
      tile.setSpotlit(peerId === this.#spotlight);
    }
    tile.update(content);
  }

  /** The content of a person's tile. */
  contentOf(peerId: string): TileContent | undefined {
    return this.#tiles.get(peerId)?.content;
  }

  delete(peerId: string): void {
    this.#tiles.get(peerId)?.remove();
    this.#tiles.delete(peerId);
    this.#floor.delete(peerId);
    this.#seat();
  }

  /** Marks the active speaker, and no other tile. */
  markSpeaker(speakerId: string | undefined): void {
    this.#floor.markSpeaker(speakerId);
    for (const [peerId, tile] of this.#tiles) {
      tile.setSpeaking(peerId === speakerId);
    }
  }

  /** Makes a person large, and no other. */
  setSpotlight(spotlight: string | undefined): void {
    this.#spotlight = spotlight;
    this.#floor.setSpotlight(spotlight);
    for (const [peerId, tile] of this.#tiles) {
      tile.setSpotlit(peerId === spotlight);
    }
  }

  /** Shows how loud people are, 0 to 1; those who are not in it are silent. */
  showLevels(levels: ReadonlyMap<string, number>): void {
    for (const [peerId, tile] of this.#tiles) {
      tile.setLevel(levels.get(peerId) ?? 0);
    }
  }

  /** Shows an emoji of a person. */
  showReaction(peerId: string, emoji: string): void {
    this.#tiles.get(peerId)?.showReaction(emoji);
  }

  /** Plays the sound of all, from within a click. */
  playSound(): void {
    for (const tile of this.#tiles.values()) {
      tile.playSound();
    }
  }

  clear(): void {
    for (const [peerId, tile] of this.#tiles) {
      tile.remove();
      this.#floor.delete(peerId);
    }
    this.#tiles.clear();
    this.setSpotlight(undefined);
  }

  /** Offers a seat while the user is alone. */
  #seat(): void {
    if (this.#tiles.size < 2) {
      this.#floor.add('seat', 'seat', this.#emptySeat);
    } else {
      this.#floor.delete('seat');
      this.#emptySeat.hidden = true;
    }
  }
}
