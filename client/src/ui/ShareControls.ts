import { canShareScreen } from 'videoconf-sdk/core';
import type { ScreenShare } from 'videoconf-sdk/core';
import { shareSentence } from '../deviceProblems.ts';
import { find } from './find.ts';
import type { Notices } from './Notices.ts';
import { showTool } from './Toolbar.ts';
import { text } from '../texts/texts.ts';

/** The button that shares the screen, and the notice while it is shared. */
export class ShareControls {
  readonly #button: HTMLButtonElement;
  readonly #notices: Notices;
  #share: ScreenShare | undefined;

  constructor(root: ParentNode, notices: Notices) {
    this.#button = find(root, '#screen-button', HTMLButtonElement);
    this.#button.hidden = !canShareScreen();
    this.#button.addEventListener('click', () => void this.#share?.toggle());
    this.#notices = notices;
  }

  /** Shows the state of the user's screen sharing in a room. */
  follow(share: ScreenShare): void {
    this.#share = share;
    share.on('change', () => this.#show(share));
    share.on('problem', (problem) =>
      this.#notices.show('screen-problem', {
        text: () => shareSentence(problem),
        tone: 'warn',
      }),
    );
    this.#show(share);
  }

  #show(share: ScreenShare): void {
    const { state, audible } = share;
    if (state === 'starting') {
      this.#notices.clear('screen-problem');
    }
    if (state === 'on') {
      showTool(this.#button, state, () => text('tools.stopSharing'));
      this.#notices.show('screen', {
        text: () =>
          audible ? text('room.sharingSound') : text('room.sharing'),
        tone: 'wait',
      });
    } else {
      showTool(
        this.#button,
        state,
        () => text('tools.share'),
        () =>
          state === 'starting'
            ? text('tools.startingScreen')
            : text('tools.shareScreen'),
      );
      this.#notices.clear('screen');
    }
  }
}
