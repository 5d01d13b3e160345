import { find } from './find.ts';
import type { Player, PlayerIn } from './Player.ts';
import { text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** The content of a shared screen. Undefined tracks are absent, or not received yet. */
export type ShareContent = {
  /** The name of its owner. */
  name: string;
  video: MediaStreamTrack | undefined;
  audio: MediaStreamTrack | undefined;
};

/** A shared screen on the stage. */
export class ShareTile {
  readonly element: HTMLLIElement;
  readonly #player: Player;
  #content: ShareContent | undefined;

  constructor(template: HTMLTemplateElement, playerIn: PlayerIn) {
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'li', HTMLLIElement);
    this.#player = playerIn(fragment);
  }

  /** The content that it shows; undefined at first. */
  get content(): ShareContent | undefined {
    return this.#content;
  }

  update(content: ShareContent): void {
    this.#content = content;
    const { name, video, audio } = content;
    showText(find(this.element, '.tile-name', HTMLElement), () =>
      text('tile.screen', { name }),
    );
    showLabel(find(this.element, '.tile-pin', HTMLElement), () =>
      text('tile.pinScreen', { name }),
    );
    showLabel(this.element, () =>
      audio
        ? text('tile.screenWithSound', { name })
        : text('tile.screenWithoutSound', { name }),
    );
    this.#player.show(video, audio);
  }

  /** Plays the sound, from within a click. */
  playSound(): void {
    this.#player.playSound();
  }

  /** Removes the tile from the page and releases its tracks. */
  remove(): void {
    this.#player.close();
    this.element.remove();
  }
}
