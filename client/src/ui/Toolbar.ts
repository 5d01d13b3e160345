import { Emitter } from 'videoconf-sdk/core';
import type { LocalMedia, LocalState } from 'videoconf-sdk/core';
import { find } from './find.ts';

type ToolbarEvents = { mic: []; camera: []; leave: [] };

/** The buttons at the foot of the room for microphone, camera and leaving. */
export class Toolbar extends Emitter<ToolbarEvents> {
  readonly #mic: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;

  constructor(root: ParentNode) {
    super();
    this.#mic = find(root, '#mic-button', HTMLButtonElement);
    this.#camera = find(root, '#camera-button', HTMLButtonElement);
    const leave = find(root, '#leave-button', HTMLButtonElement);
    this.#mic.addEventListener('click', () => this.emit('mic'));
    this.#camera.addEventListener('click', () => this.emit('camera'));
    leave.addEventListener('click', () => this.emit('leave'));
  }

  /** Shows what the buttons would do next. */
  update(media: LocalMedia): void {
    const mic = media.state('mic');
    const camera = media.state('camera');
    showTool(this.#mic, mic, mic === 'on' ? 'Mute' : 'Unmute', 'microphone');
    showTool(
      this.#camera,
      camera,
      camera === 'on' ? 'Stop camera' : 'Start camera',
    );
  }
}

/** Shows what a button would do next, and that it is being done. */
export function showTool(
  button: HTMLButtonElement,
  state: LocalState,
  action: string,
  object = '',
): void {
  const starting = state === 'starting';
  const label = starting ? 'Starting…' : action;
  button.dataset['state'] = state;
  // Not `disabled`, which would take the keyboard's focus away.
  button.setAttribute('aria-disabled', String(starting));
  button.setAttribute('aria-label', `${label} ${object}`.trim());
  find(button, '.button-label', HTMLElement).textContent = label;
}
