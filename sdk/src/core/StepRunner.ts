/**
 * Takes steps one after another until none is left, for each key on its own.
 * A change made during a step is seen when the next step is chosen.
 */
export class StepRunner<Key = void> {
  readonly #nextStep: (key: Key) => Promise<unknown> | undefined;
  readonly #onError: (error: unknown, key: Key) => void;
  readonly #running = new Set<Key>();

  /**
   * `nextStep` begins the next step of a key, if one is left to take; `onError`
   * gets the error of a step, after which the run has ended.
   */
  constructor(
    nextStep: (key: Key) => Promise<unknown> | undefined,
    onError: (error: unknown, key: Key) => void,
  ) {
    this.#nextStep = nextStep;
    this.#onError = onError;
  }

  /** Takes the steps of a key, unless a run is under way that will. */
  async run(key: Key): Promise<void> {
    if (this.#running.has(key)) {
      return;
    }
    this.#running.add(key);
    try {
      let step = this.#nextStep(key);
      while (step) {
        await step;
        step = this.#nextStep(key);
      }
    } catch (error) {
      this.#onError(error, key);
    } finally {
      this.#running.delete(key);
    }
  }
}
