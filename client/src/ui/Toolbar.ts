import { Emitter } from 'videoconf-sdk/core';
import type { LocalMedia, LocalState } from 'videoconf-sdk/core';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

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
    const on = mic === 'on';
    showTool(
      this.#mic,
      mic,
      () => (on ? text('tools.mute') : text('tools.unmute')),
      () =>
        mic === 'starting'
          ? text('tools.startingMicrophone')
          : on
            ? text('tools.muteMicrophone')
            : text('tools.unmuteMicrophone'),
    );
    showTool(this.#camera, camera, () =>
      camera === 'on' ? text('tools.stopCamera') : text('tools.startCamera'),
    );
  }
}

/**
 * Shows what a button would do next, and that it is being done. Its label says more,
 * if the action alone does not say what it is about.
 */
export function showTool(
  button: HTMLButtonElement,
  state: LocalState,
  action: () => string,
  label?: () => string,
): void {
  const starting = state === 'starting';
  const words = starting ? () => text('tools.starting') : action;
  button.dataset['state'] = state;
  // Not `disabled`, which would take the keyboard's focus away.
  button.setAttribute('aria-disabled', String(starting));
  showLabel(button, label ?? words);
  showText(find(button, '.button-label', HTMLElement), words);
}
