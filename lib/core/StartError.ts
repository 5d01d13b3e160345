/** The server cannot start, for a reason that its operator can mend. */
export class StartError extends Error {
  /** @param message - A sentence that names the option. */
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}
