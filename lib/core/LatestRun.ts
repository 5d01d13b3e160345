/**
 * A task that runs once at a time. However often it is asked for meanwhile, it
 * runs once more afterwards, so that the last run began after the last request.
 */
export class LatestRun {
  readonly #task: () => Promise<void>;
  #running = false;
  #wanted = false;

  /** @param task - Handles its own failures. */
  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Asks for a run. */
  async request(): Promise<void> {
    this.#wanted = true;
    if (this.#running) {
      return;
    }
    this.#running = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#task();
      }
    } finally {
      this.#running = false;
    }
  }
}
