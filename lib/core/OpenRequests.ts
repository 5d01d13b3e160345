/** Requests that are not answered yet. */
export class OpenRequests {
  readonly #answers = new Set<Promise<void>>();

  /** Counts a request, which is answered when the result is disposed of. */
  begin(): Disposable {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answers.add(promise);
    return {
      [Symbol.dispose]: () => {
        this.#answers.delete(promise);
        resolve();
      },
    };
  }

  /** Fulfilled when the requests that are open now have been answered. */
  async answered(): Promise<void> {
    await Promise.all(this.#answers);
  }
}
