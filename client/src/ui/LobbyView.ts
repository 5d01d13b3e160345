import type { LocalMedia } from 'videoconf-sdk/core';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** The view of the lobby: the user's own picture, their place, and a way out. */
export class LobbyView {
  readonly #root = find(document, '#lobby', HTMLElement);
  readonly #video = find(this.#root, 'video', HTMLVideoElement);
  #media: LocalMedia | undefined;
  #shown = false;
  #leave: () => void = () => undefined;

  constructor() {
    find(this.#root, '#lobby-leave', HTMLButtonElement).addEventListener(
      'click',
      () => this.#leave(),
    );
  }

  /** Shows the devices of a visit; `leave` ends it. */
  follow(media: LocalMedia, leave: () => void): void {
    this.#media = media;
    this.#leave = leave;
    media.on('change', () => this.#showPicture());
  }

  /** Shows the user's place in the queue, from 1. */
  show(position: number): void {
    this.#shown = true;
    this.#showPicture();
    const count = position - 1;
    showText(find(this.#root, '#lobby-place', HTMLElement), () =>
      count === 0 ? text('lobby.next') : text('lobby.before', { count }),
    );
  }

  /** Moves the keyboard focus into the view. */
  focus(): void {
    find(this.#root, 'h1', HTMLElement).focus();
  }

  /** Lets go of the picture. */
  close(): void {
    this.#shown = false;
    this.#showPicture();
  }

  #showPicture(): void {
    const track = this.#shown ? this.#media?.track('camera') : undefined;
    const shown = this.#video.srcObject as MediaStream | null;
    if (track !== shown?.getVideoTracks()[0]) {
      this.#video.srcObject = track ? new MediaStream([track]) : null;
    }
    this.#root.dataset['camera'] = track ? 'on' : 'off';
  }
}
