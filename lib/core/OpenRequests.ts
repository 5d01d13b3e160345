/** The requests that began between two waits for answers. */
class Group {
  #open = 0;
  #answered: PromiseWithResolvers<void> | undefined;

  get isOpen(): boolean {
    return this.#open > 0;
  }

  begin(): void {
    this.#open += 1;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open === 0) {
      this.#answered?.resolve();
    }
  }

  /** Fulfilled when all of them have been answered. */
  get answered(): Promise<void> {
    this.#answered ??= Promise.withResolvers();
    return this.#answered.promise;
  }
}

/** One request, which is answered when it is disposed of. */
class OpenRequest implements Disposable {
  #group: Group | undefined;

  constructor(group: Group) {
    this.#group = group;
    group.begin();
  }

  [Symbol.dispose](): void {
    this.#group?.end();
    this.#group = undefined;
  }
}

/** Requests that are not answered yet. */
export class OpenRequests {
  /** The requests since the last wait began. */
  #group = new Group();
  /** The wait for all requests before them. */
  #earlier: Promise<unknown> | undefined;

  /** Counts a request, which is answered when the result is disposed of. */
  begin(): Disposable {
    return new OpenRequest(this.#group);
  }

  /** Fulfilled when the requests that are open now have been answered. */
  async answered(): Promise<void> {
    if (this.#group.isOpen) {
      this.#earlier = Promise.all([this.#earlier, this.#group.answered]);
      this.#group = new Group();
    }
    await this.#earlier;
  }
}
