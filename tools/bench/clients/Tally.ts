/** Counts events, up to a number that is waited for. */
export class Tally {
  readonly #wanted: number;
  readonly #reached = Promise.withResolvers<void>();
  #count = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
    this.#check();
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when as much has happened as was wanted. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /** Counts one more. */
  add(): void {
    this.#count += 1;
    this.#check();
  }

  #check(): void {
    if (this.#count >= this.#wanted) {
      this.#reached.resolve();
    }
  }
}
