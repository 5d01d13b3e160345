import { find } from './find.ts';
import type { PlayerIn } from './Player.ts';
import { Tile } from './Tile.ts';
import type { TileContent } from './Tile.ts';

/** Between tiles, in CSS pixels; the style sheet's --gap. */
const GAP = 12;

/** Width by height of a tile: wide on a desktop, nearly square on a phone. */
const WIDE = 16 / 10;
const UPRIGHT = 1.1;

/** Below this width, in CSS pixels, the grid scrolls instead of shrinking. */
const MIN_TILE = 104;

/** The people in the room, each in a tile as large as the room allows. */
export class Grid {
  readonly #list: HTMLUListElement;
  readonly #emptySeat: HTMLLIElement;
  readonly #template: HTMLTemplateElement;
  readonly #tiles = new Map<string, Tile>();
  readonly #observer = new ResizeObserver(() => this.#layOut());
  readonly #playerIn: PlayerIn;

  constructor(root: ParentNode, playerIn: PlayerIn) {
    this.#list = find(root, '#grid', HTMLUListElement);
    this.#emptySeat = find(root, '#empty-seat', HTMLLIElement);
    this.#template = find(document, '#tile-template', HTMLTemplateElement);
    this.#playerIn = playerIn;
    this.#observer.observe(this.#list);
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
      this.#layOut();
    }
    tile.update(content);
  }

  delete(peerId: string): void {
    this.#tiles.get(peerId)?.remove();
    this.#tiles.delete(peerId);
    this.#layOut();
  }

  /** Marks the active speaker, and no other tile. */
  markSpeaker(speakerId: string | undefined): void {
    for (const [peerId, tile] of this.#tiles) {
      tile.setSpeaking(peerId === speakerId);
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
    for (const tile of this.#tiles.values()) {
      tile.remove();
    }
    this.#tiles.clear();
  }

  /** Finds the number of columns that makes the tiles largest. */
  #layOut(): void {
    const alone = this.#tiles.size < 2;
    this.#emptySeat.hidden = !alone;
    const count = this.#tiles.size + (alone ? 1 : 0);
    const { clientWidth: width, clientHeight: height } = this.#list;
    const ratio = width > height ? WIDE : UPRIGHT;
    let best = 0;
    for (let columns = 1; columns <= count; columns += 1) {
      const rows = Math.ceil(count / columns);
      const tile = Math.min(
        (width - GAP * (columns - 1)) / columns,
        ((height - GAP * (rows - 1)) / rows) * ratio,
      );
      best = Math.max(best, tile);
    }
    const { style } = this.#list;
    const tile = Math.max(Math.floor(best), MIN_TILE);
    style.setProperty('--tile-width', `${tile}px`);
    style.setProperty('--tile-ratio', String(ratio));
  }
}
