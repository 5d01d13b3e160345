import { find } from '../../ui/find.ts';
import type { Notices } from '../../ui/Notices.ts';
import { showTool } from '../../ui/Toolbar.ts';
import type { Transcription } from '../protocol.ts';
import { canRecognise } from '../Subtitles.ts';
import type { Subtitles } from '../Subtitles.ts';
import { text } from '../../texts/texts.ts';

/** The time that a text stays, ms. */
const SHOW_TIME = 7_000;

/** A text on display. */
type Line = { element: HTMLElement; timer: ReturnType<typeof setTimeout> };

/** The words of others over the picture, and the button for the user's own. */
export class SubtitlesView {
  readonly #list: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #notices: Notices;
  /** The last text of each participant. */
  readonly #lines = new Map<string, Line>();
  #subtitles: Subtitles | undefined;

  constructor(root: ParentNode, notices: Notices) {
    this.#list = find(root, '#subtitles', HTMLElement);
    this.#button = find(root, '#subtitles-button', HTMLButtonElement);
    this.#button.hidden = !canRecognise();
    this.#button.addEventListener('click', () => this.#subtitles?.toggle());
    this.#notices = notices;
  }

  /** Shows the state of the user's own subtitles. */
  follow(subtitles: Subtitles): void {
    this.#subtitles = subtitles;
    const update = (): void => {
      const { active } = subtitles;
      showTool(this.#button, active ? 'on' : 'off', () =>
        active ? text('call.stopSubtitles') : text('call.startSubtitles'),
      );
    };
    subtitles.on('change', update);
    subtitles.on('problem', (words) =>
      this.#notices.show('subtitles', { text: words, tone: 'warn' }),
    );
    update();
  }

  show(spoken: Transcription): void {
    const { participantId, username: name, isFinal } = spoken;
    const last = this.#lines.get(participantId);
    clearTimeout(last?.timer);
    const element = last?.element ?? document.createElement('p');
    element.dir = 'auto';
    element.dataset['final'] = String(isFinal);
    element.textContent = text('call.said', {
      name,
      text: spoken.translation ?? spoken.text,
    });
    this.#list.append(element);
    const timer = setTimeout(() => {
      element.remove();
      this.#lines.delete(participantId);
    }, SHOW_TIME);
    this.#lines.set(participantId, { element, timer });
  }

  clear(): void {
    for (const { element, timer } of this.#lines.values()) {
      clearTimeout(timer);
      element.remove();
    }
    this.#lines.clear();
  }
}
