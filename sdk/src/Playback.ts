/**
 * The elements in which tracks play. A browser may refuse to play sound before
 * the user has clicked something; what it refused is played by `start()`.
 */
export class Playback {
  readonly #blocked = new Set<HTMLMediaElement>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get blocked(): boolean {
    return this.#blocked.size > 0;
  }

  /** Plays a track in an element. */
  async play(
    element: HTMLMediaElement,
    track: MediaStreamTrack,
  ): Promise<void> {
    const current = element.srcObject;
    if (
      !(current instanceof MediaStream) ||
      !current.getTracks().includes(track)
    ) {
      element.srcObject = new MediaStream([track]);
    }
    await this.#start(element);
  }

  /** Empties an element. */
  stop(element: HTMLMediaElement): void {
    element.srcObject = null;
    if (this.#blocked.delete(element)) {
      this.#onChange();
    }
  }

  /** Plays what was refused. To be called in a handler of a click. */
  async start(): Promise<void> {
    await Promise.all([...this.#blocked].map((it) => this.#start(it)));
  }

  async #start(element: HTMLMediaElement): Promise<void> {
    const before = this.blocked;
    try {
      await element.play();
      this.#blocked.delete(element);
    } catch (error) {
      // Any other failure means that it was given another track meanwhile.
      if ((error as Error).name === 'NotAllowedError' && element.srcObject) {
        this.#blocked.add(element);
      }
    }
    if (before !== this.blocked) {
      this.#onChange();
    }
  }
}
