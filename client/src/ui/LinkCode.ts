import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** A link as a QR code, drawn when the user asks for it. */
export class LinkCode {
  readonly #button: HTMLButtonElement;
  readonly #figure: HTMLElement;
  readonly #problem: HTMLElement;
  #link = '';

  constructor(root: ParentNode) {
    this.#button = find(root, '#invite-code', HTMLButtonElement);
    this.#figure = find(root, '#invite-picture', HTMLElement);
    this.#problem = find(root, '#invite-message', HTMLElement);
    this.#button.addEventListener('click', () => {
      if (this.#figure.hidden) {
        void this.#draw();
      } else {
        this.#show(false);
      }
    });
  }

  /** Takes another link, and hides the code of the last one. */
  use(link: string): void {
    this.#link = link;
    this.#show(false);
    find(this.#figure, 'path', SVGPathElement).removeAttribute('d');
  }

  async #draw(): Promise<void> {
    const link = this.#link;
    try {
      const { codePath } = await import('../codePath.ts');
      if (link === this.#link && link !== '') {
        const { size, path } = codePath(link);
        find(this.#figure, 'svg', SVGSVGElement).setAttribute(
          'viewBox',
          `0 0 ${size} ${size}`,
        );
        find(this.#figure, 'path', SVGPathElement).setAttribute('d', path);
        this.#show(true);
        this.#figure.scrollIntoView({ block: 'nearest' });
      }
    } catch {
      showText(this.#problem, () => text('entrance.notLoaded'));
    }
  }

  #show(shown: boolean): void {
    this.#figure.hidden = !shown;
    this.#button.setAttribute('aria-expanded', String(shown));
  }
}
