import { find } from './find.ts';
import { isolate } from './isolate.ts';
import type { Player, PlayerIn } from './Player.ts';

/** What is shared. Undefined tracks are not there or not there yet. */
export type ShareContent = {
  /** Who shares it. */
  name: string;
  video: MediaStreamTrack | undefined;
  audio: MediaStreamTrack | undefined;
};

/** A screen that somebody shares. */
export class ShareTile {
  readonly element: HTMLLIElement;
  readonly #player: Player;

  constructor(template: HTMLTemplateElement, playerIn: PlayerIn) {
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'li', HTMLLIElement);
    this.#player = playerIn(fragment);
  }

  update({ name, video, audio }: ShareContent): void {
    const shown = `${isolate(name)}’s screen`;
    find(this.element, '.tile-name', HTMLElement).textContent = shown;
    const state = audio ? 'with sound' : 'without sound';
    this.element.setAttribute('aria-label', `${shown}, ${state}`);
    this.#player.show(video, audio);
  }

  /** Plays the sound, from within a click. */
  playSound(): void {
    this.#player.playSound();
  }

  /** Takes the tile out of the page and lets go of what it played. */
  remove(): void {
    this.#player.close();
    this.element.remove();
  }
}
