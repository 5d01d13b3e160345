/** The server cannot start, for a reason that its operator can mend. */
export class StartError extends Error {
  /** @param message - A sentence that names the option. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}
