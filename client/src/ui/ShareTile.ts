import { find } from './find.ts';
import { Player } from './Player.ts';
import type { Viewport } from './Viewport.ts';

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

  /** `onSoundBlocked` is called when the browser refuses to play sound. */
  constructor(
    template: HTMLTemplateElement,
    viewport: Viewport,
    onSoundBlocked: () => void,
  ) {
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'li', HTMLLIElement);
    this.#player = new Player(fragment, viewport, onSoundBlocked);
  }

  update({ name, video, audio }: ShareContent): void {
    const shown = `${name}’s screen`;
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
