import type { Size } from './core/index.ts';

/**
 * The size at which an element is shown, in pixels of the screen; undefined while
 * it is out of sight. Reports the first size and each change until it is closed.
 */
export class DisplaySize {
  readonly #resizes: ResizeObserver;
  readonly #sights: IntersectionObserver;
  readonly #report: (size: Size | undefined) => void;
  #size: Size = { width: 0, height: 0 };
  #inSight = false;

  constructor(
    element: HTMLMediaElement,
    report: (size: Size | undefined) => void,
  ) {
    this.#report = report;
    this.#resizes = new ResizeObserver(([entry]) => {
      if (entry) {
        const { width, height } = entry.contentRect;
        this.#size = {
          width: width * devicePixelRatio,
          height: height * devicePixelRatio,
        };
        this.#tell();
      }
    });
    this.#sights = new IntersectionObserver((entries) => {
      this.#inSight = entries.at(-1)?.isIntersecting ?? false;
      this.#tell();
    });
    this.#resizes.observe(element);
    this.#sights.observe(element);
  }

  close(): void {
    this.#resizes.disconnect();
    this.#sights.disconnect();
  }

  #tell(): void {
    const { width, height } = this.#size;
    const shown = this.#inSight && width > 0 && height > 0;
    this.#report(shown ? this.#size : undefined);
  }
}
