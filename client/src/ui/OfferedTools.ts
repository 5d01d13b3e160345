import { canShareScreen } from 'videoconf-sdk/core';
import type { RoomControls } from '../RoomControls.ts';
import { find } from './find.ts';

/** The buttons that are shown only to users with the permission for them. */
export class OfferedTools {
  readonly #mic: HTMLElement;
  readonly #camera: HTMLElement;
  readonly #screen: HTMLElement;
  readonly #chat: HTMLElement;

  constructor(root: ParentNode) {
    this.#mic = find(root, '#mic-button', HTMLElement);
    this.#camera = find(root, '#camera-button', HTMLElement);
    this.#screen = find(root, '#screen-button', HTMLElement);
    this.#chat = find(root, '#chat-button', HTMLElement);
  }

  /** Offers what the user is permitted, from the join on. */
  follow(controls: RoomControls): void {
    controls.on('change', () => this.#show(controls));
    this.#show(controls);
  }

  #show({ permissions }: RoomControls): void {
    const sends = permissions?.publish;
    this.#mic.hidden = sends?.includes('mic') === false;
    this.#camera.hidden = sends?.includes('camera') === false;
    this.#screen.hidden =
      !canShareScreen() || sends?.includes('screen') === false;
    // Messages come and go over data channels, which are received like tracks.
    this.#chat.hidden = [
      permissions?.data,
      permissions?.subscribe,
      permissions?.chat,
    ].includes(false);
  }
}
