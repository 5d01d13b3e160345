/** A wait for a state, which ends in time; another one takes its place. */
export class Wait {
  #done: (() => boolean) | undefined;
  #resolve: ((done: boolean) => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Resolves with true once it is done, and with false after the time, ms. */
  until(done: () => boolean, time: number): Promise<boolean> {
    this.cancel();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#done = done;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.cancel(), time);
    this.check();
    return promise;
  }

  /** Looks again, after something has changed. */
  check(): void {
    if (this.#done?.() === true) {
      this.#end(true);
    }
  }

  /** Ends the wait with false. */
  cancel(): void {
    this.#end(false);
  }

  #end(done: boolean): void {
    clearTimeout(this.#timer);
    this.#resolve?.(done);
    this.#done = undefined;
    this.#resolve = undefined;
  }
}
